"""Decisions about initiatives. Pure: nothing here waits, reads or writes.

authors         who writes: a coordinator of a municipality, or a function of the police
est_areas       areas that are reported on, and when the weeks of one close
est_life        every step of what belongs to EST, in a table each
est_plans       what comes first in a quarter, and the review of a year
est_weeks       observations of a week, and what its closed picture tells others
focus_life      every step of a yearly focus, a lesson and a resource, in a table each
focuses         what a county aims at in a year
home            the aggregates that stay in their county until they are released
knowledge       handbooks, reports and legal sources that a county recommends
lessons         what a county has learnt
picture_life    every step of a problem picture, in one table
pictures        problem pictures
merging         several pictures become one
measure_life    every step of a measure, in one table
measures        measures
joint_life      every step of a joint measure and of an answer to it, in two tables
joint_measures  joint measures, and which answers count
readiness_life  every step of a requirement, a cooperation process and a request for support, in three tables
requirement_status  how a requirement of lag (2023:196) stands on a day, and when it is due again
requirement_rules   what a municipality may say of a requirement
readiness       a municipality's readiness: who leads the work, what the county proposes, what all counties see
assessing       the municipality says how far it is with a requirement
readiness_sums  how much a sum over a county may tell
processes       the cooperation process
support         requests for support
"""
