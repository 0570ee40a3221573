"""Where a mirror's own log goes."""

from pathlib import Path

from infra.engine.mirror import Mirror


def test_a_mirror_s_log_can_go_where_the_program_s_goes(tmp_path: Path) -> None:
    mirror = Mirror("norrbotten", "", tmp_path, list)

    for _ in range(2):
        mirror.log_to_stdout()
        assert mirror.part.log.readlink() == Path("/dev/stdout")
