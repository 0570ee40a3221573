"""What no table says: why a step is there, what is not kept, and which test shows what."""

HEAD = """\
# The legal gate

*Made by `make generated` from the tables and the program that answers; `make check` fails if it is not up to date.*

Staff at agents, terminals and delivery offices who suspect a letter may tell law enforcement, if imprisonment is
prescribed for the suspected offence, and nobody else (5 kap. 1 and 5 §§ postlagen). What comes from abroad, the carrier
must tell Swedish Customs of, if it is narcotics, weapons, ammunition or explosives (4 § inregränslagen, 3 kap. 10 §
tullagen). The county board is not among those who may be told. So the gate says what to do and whom to call; it takes
no report and keeps nothing. Hazards, signs and suspicions, every sentence that is read, what the police can release,
and which test shows each claim stand in the [annex](legal-gate-annex.md). *Lawyer, data protection officer, employer,
police: confirm both before use.*
"""

ANNEX_HEAD = """\
# Annex to the legal gate

*Made by `make generated` as [the gate](legal-gate.md) itself, from the tables that the program uses.*
"""

WHY = {
    1: "Danger goes before everything.",
    2: "5 kap. binds those who work in postal operations.",
    3: "Opening it is an offence (4 kap. 8 § brottsbalken). It decides which signs count.",
    4: "Without imprisonment in the scale the duty of silence holds (5 kap. 1 and 5 §§).",
    5: "Customs are told of what comes from abroad, else the police.",
    6: "One strong sign, or two, make a suspicion.",
    7: "Not asked: the operator has decided whether staff call, or the employer, so that nobody is pointed out.",
}

NO_SIGNS = (
    "Name, origin, language, age or home of anyone are no signs. Content that is seen counts only if it came damaged."
)

HOW_TO_READ = """\
Exactly one row fits; – means that it makes no difference. An answer to call 90 114 says that the employer is bound to,
where the suspicion is of that kind. A form is for later: only there could anything ever be kept."""

KEPT = (
    ("What is answered at the gate, whatever comes of it", "nowhere", "not at all", "nobody"),
    (
        "How often the gate was asked; how often it said STOP",
        "two numbers without a link; the first also in Prometheus, where that runs",
        "until the program restarts; in Prometheus 15 days",
        "the operator",
    ),
    (
        "Sites: type, operator, municipality, acknowledged routines; no name. Operators: name, and whether staff call",
        "the own county",
        "a closed site too: as long as the register",
        "its coordinators; an operator its own sites; others a count of acknowledgements",
    ),
    (
        "A version that waits for a second person, and who wrote it",
        "the own county",
        "until it is approved or discarded",
        "its coordinators and its police",
    ),
    (
        "That a command was sent, by whom, and its answer; nothing that was given where it does not belong",
        "the own county",
        "7 days",
        "nobody: it answers repetitions",
    ),
    (
        "What counties answer to a signal: its id and a code. Numbers of reports by quarter",
        "every county",
        "for ever",
        "as the signals; numbers: staff too",
    ),
    (
        "An event of another county that could not be applied, as it came; and all of the own county in backups",
        "the own county",
        "as long as the operator keeps them",
        "the operator",
    ),
)

TESTS = (
    (
        "Danger is answered by 112 and never by a form; STOP calls nobody and keeps nothing; from abroad names customs",
        "test_given_every_combination_of_answers_then_the_law_of_the_gate_holds",
    ),
    (
        "The table of answers is the whole gate",
        "test_given_every_situation_then_one_row_of_the_table_fits_and_says_what_the_gate_says",
    ),
    (
        "The gate has no room for a name, a place or a text",
        "test_given_text_or_anything_that_is_not_asked_then_no_situation_can_be_made",
    ),
    (
        "Of a try that was stopped nothing is left in a county but a number",
        "test_given_snus_for_a_minor_then_the_gate_stops_and_no_record_of_the_try_is_left",
    ),
    (
        "What is given where it does not belong is in no byte that is kept: database, Kafka, logs, metrics",
        "test_given_what_does_not_belong_in_every_wrong_place_then_no_byte_of_it_is_kept",
    ),
    (
        "No event that is shared has room for one either",
        "test_given_anything_then_a_field_refuses_it_or_holds_a_code_a_day_an_id_or_a_small_number",
    ),
    (
        "Three sites stand behind every place that is named, also by subtraction",
        "test_given_any_register_then_at_least_three_sites_stand_behind_whatever_is_said",
    ),
    (
        "The county refuses what is more exact",
        "test_given_anything_more_exact_than_the_generaliser_says_then_the_county_refuses_it_and_does_not_repeat_it",
    ),
    (
        "A small place is in no event, view or table of four counties but its own county's register",
        "test_given_a_case_in_bjurholm_then_four_counties_read_the_police_area_and_bjurholm_is_nowhere",
    ),
    (
        "After twelve weeks a signal expires",
        "test_given_twelve_weeks_then_a_signal_expires_in_all_counties_and_counts_on",
    ),
    (
        "After two years nothing of it is kept but that there was one",
        "test_given_signals_of_two_years_ago_then_nothing_of_them_is_kept_and_nothing_brings_them_back",
    ),
    (
        "What is withdrawn stays withdrawn, whatever comes late",
        "test_given_a_false_alarm_in_timra_then_the_signal_is_withdrawn_everywhere_and_nothing_brings_it_back",
    ),
    (
        "No number of reports from 1 to 4 is told, nor does one follow from a correction",
        "test_given_any_correction_then_nothing_from_one_to_four_follows_by_subtracting_the_numbers_told_before",
    ),
)
