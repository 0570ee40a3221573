"""Calendar files (iCalendar, RFC 5545) for every service: made, read, and subscribed to.

entries    what a calendar shows: an entry, who asks, and who is asked to come
writing    the file that says so, by the method of RFC 5546
time_zone  Swedish time as calendars read it
replies    what a calendar has answered
serving    files over HTTP, and feeds under secret addresses

`shared.calendar` is something else: working days, and how a time is written for people.
"""
