// Reads calendar files with ical.js: a line with a file in base64 in, a line with its entries as JSON out.
import { createInterface } from "node:readline";
import ICAL from "./ical-2.2.1.min.js";

const moment = (time) => (time.isDate ? time.toString() : time.toJSDate().toISOString());

function shown(calendar, event) {
  const value = (name) => event.getFirstPropertyValue(name);
  return {
    method: calendar.getFirstPropertyValue("method"),
    uid: value("uid"),
    sequence: value("sequence"),
    status: value("status"),
    title: value("summary"),
    starts: moment(value("dtstart")),
    ends: moment(value("dtend")),
    changed_at: moment(value("dtstamp")),
    place: value("location"),
    description: value("description"),
    asked: event.getAllProperties("attendee").map((each) => each.getFirstValue()),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const calendar = new ICAL.Component(ICAL.parse(Buffer.from(line, "base64").toString("utf8")));
  const entries = calendar.getAllSubcomponents("vevent").map((event) => shown(calendar, event));
  console.log(JSON.stringify(entries));
}
