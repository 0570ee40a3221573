"""Commands, each in one transaction. Routes, reactions and due jobs call the same ones.

hosting           the host plans, invites, changes, holds and closes
answering         a county acknowledges the meetings that it is invited to, and answers for its functions
counting          of meetings that stay in the county the others are told how many there were
calendar_entries  what calendars show of a meeting
telling           a county tells its own functions of meetings, and reminds them
minuting          the host drafts, circulates and corrects minutes, and hears its approvers
approving         an approver's county approves the revision that was read, or objects to it
reminding         functions of this county are told of minutes and action items that wait for them, and reminded
follow_up_mails   letters about them, each with what answers it
letter_replies    functions answer letters by mail
digests           once a week each function hears what it has not finished
upkeep            forgets what was told and answered long ago
following_up      the host assigns action items, the owner's county takes them on and reports

docs/architecture.md has the order in which they lock: the meeting first, whether it is at home or shared.
"""
