"""The page of a certificate in a browser."""

from datetime import date

from services.trainings.api.check_page import page
from services.trainings.domain.certificates import Checked


def test_a_title_with_html_is_shown_as_it_is() -> None:
    shown = page(Checked(True, 'Brev & <b>"paket"</b>', date(2027, 4, 8), date(2029, 4, 8)))

    assert "Brev &amp; &lt;b&gt;&quot;paket&quot;&lt;/b&gt;" in shown


def test_the_page_says_that_a_certificate_counts_no_more() -> None:
    shown = page(Checked(False, "Grund", date(2027, 4, 8), date(2029, 4, 8)))

    assert "<h1>Intyget gäller inte</h1>" in shown
    assert "<dt>Gällde längst till och med</dt><dd>8 april 2029</dd>" in shown
