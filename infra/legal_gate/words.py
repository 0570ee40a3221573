"""The text beside the tables: why a step is there, what is not kept, and which test shows what."""

HEAD = """\
# The legal gate

*Made by `make generated` from the tables and the program that answers; `make check` fails if it is not up to date.*

Staff at agents, terminals and delivery offices who suspect a letter may tell law enforcement, if imprisonment is
prescribed for the suspected offence, and nobody else (5 kap. 1 and 5 §§ postlagen). If it comes from abroad and the
suspicion is narcotics, weapons, ammunition or explosives, the carrier must tell Swedish Customs (4 § inregränslagen,
3 kap. 10 § tullagen). Staff may not tell the county board. So the gate says what to do and whom to call; it takes no
report and keeps nothing. The [annex](legal-gate-annex.md) lists hazards, signs and suspicions, every sentence that is
shown, what the police can release, and the test of each claim. *Lawyer, data protection officer, employer, police:
confirm both before use.*
"""

ANNEX_HEAD = """\
# Annex to the legal gate

*Made by `make generated`, like [the gate](legal-gate.md) itself, from the tables that the program uses.*
"""

WHY = {
    1: "Danger comes first.",
    2: "5 kap. binds those who work in postal operations.",
    3: "Opening it is an offence (4 kap. 8 § brottsbalken). It decides which signs count.",
    4: "Without imprisonment the duty of silence holds for letters, to 2 kg (5 kap. 1, 5 §§; 1 kap. 2 §). "
    "*Lawyer: for parcels? The answer says that it may.*",
    5: "Customs are called about what comes from abroad, else the police.",
    6: "One strong sign, or two, make a suspicion.",
    7: "Not asked: the operator has decided whether staff or the employer call, so that nobody is pointed out.",
}

NO_SIGNS = (
    "A person's name, origin, language, age or home is no sign. Visible content counts only if the item came damaged. "
    "In what was opened here no sign counts that may have come from within."
)

HOW_TO_READ = """\
Exactly one row fits; – means that the column makes no difference. In what was opened here, danger is "no" once 112 was
called. Where the answer is to call 90 114 and the law binds the employer to tell customs, it says so. There is no form
yet; only in one could anything be kept."""

KEPT = (
    ("The answers given at the gate, whatever it says", "nowhere", "not at all", "nobody"),
    (
        "How often the gate was asked; how often it said STOP: in tens, hourly",
        "two counters; the first also in Prometheus",
        "until a restart; in Prometheus 15 days",
        "whoever reaches a service's own port",
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
        "Who sent which command, and its answer; nothing that was put into a wrong field",
        "the own county",
        "7 days",
        "nobody: it answers a repeated command",
    ),
    (
        "Counties' feedback to a signal: its id and a code. Numbers of reports by quarter",
        "every county",
        "for ever",
        "feedback: as the signals; numbers: staff too",
    ),
    (
        "An event of another county that could not be applied, as it came; in backups all of the own county",
        "the own county",
        "as long as the operator keeps them",
        "the operator",
    ),
)

TESTS = (
    (
        "Danger is answered by 112 and never by a form; STOP calls nobody and keeps nothing; from abroad names customs",
        "test_the_law_of_the_gate_holds_for_every_answer",
    ),
    (
        "The table of answers is the whole gate",
        "test_one_row_fits_each_situation_and_says_as_the_gate",
    ),
    (
        "The gate has no room for a name, a place or a text",
        "test_text_or_an_unasked_field_makes_no_situation",
    ),
    (
        "Of a try that was stopped nothing is left in a county",
        "test_snus_for_a_minor_is_stopped_and_leaves_no_record",
    ),
    (
        "No number tells at what moment somebody asked, or what the answer was",
        "test_the_numbers_tell_no_time_and_no_outcome_of_a_call",
    ),
    (
        "What is given where it does not belong is in no byte that is kept: database, Kafka, logs, metrics",
        "test_no_byte_of_what_does_not_belong_is_kept",
    ),
    (
        "No event that is shared has room for one either",
        "test_a_field_holds_a_code_a_day_an_id_or_a_small_number",
    ),
    (
        "Three sites stand behind every place that is named, also by subtraction",
        "test_three_sites_stand_behind_whatever_is_said",
    ),
    (
        "The county refuses what is more exact",
        "test_the_county_refuses_anything_more_exact_unrepeated",
    ),
    (
        "A small place is in no event, view or table of four counties but its own county's register",
        "test_bjurholm_is_generalised_to_its_police_area_everywhere",
    ),
    (
        "After twelve weeks a signal expires",
        "test_after_twelve_weeks_a_signal_expires_and_still_counts",
    ),
    (
        "After two years nothing of it is kept but that there was one",
        "test_nothing_is_kept_of_a_signal_after_two_years",
    ),
    (
        "What is withdrawn stays withdrawn, whatever comes late",
        "test_a_false_alarm_is_withdrawn_everywhere_for_good",
    ),
    (
        "No number of reports from 1 to 4 is told, nor does one follow from a correction",
        "test_no_two_numbers_ever_told_differ_by_one_to_four",
    ),
)
