// The gate in the browser: the same seven steps as the county's gate, on the same tables. A test compares the two.
// A situation: {dangers, called, at_work, condition, suspicion, from_abroad, signs}; null has not been answered.
export function decide(t, s, routine = "EMPLOYER_FIRST") {
  const meant = [...(s.dangers ?? []).map((d) => t.dangers[d]), ...(s.signs ?? []).map((each) => t.signs[each][1])];
  const hazard = meant.reduce((high, one) => (one > high ? one : high), "H0");
  const { danger, lines: hazardLines } = t.hazards[hazard];
  const opened = s.condition === "OPENED", damaged = s.condition === "DAMAGED", foreign = s.from_abroad === "YES";
  const [prison, duty] = t.offences[s.suspicion ?? "NOT_KNOWN"];
  const end = (outcome, step, lines = [], calls = [], form = false) => {
    const again = danger && s.called ? ["CALL_112_AGAIN", ...hazardLines] : [];
    const behaviour = (s.signs ?? []).includes("PICKUP_BEHAVIOUR") ? ["SAFE_FIRST"] : [];
    const safety = outcome === "EMERGENCY" ? [] : [...again, ...behaviour];
    const customs = foreign && duty && outcome === "CONTACT";
    return { outcome, step, hazard, calls, lines: [...safety, ...lines], duty: customs, form };
  };
  if (danger && !s.called) {
    const lines = ["CALL_112", ...hazardLines, "CUSTOMS_WHEN_SAFE", "GO_ON_AFTER_THE_CALL"];
    return end("EMERGENCY", 1, lines, ["EMERGENCY"]);
  }
  if (s.dangers === null) return end("ASK", 1);
  if (s.at_work === null) return end("ASK", 2);
  if (!s.at_work) return end("ORDINARY_TIP", 2, ["ORDINARY_TIP"], ["POLICE"]);
  if (s.condition === null) return end("ASK", 3);
  if (s.suspicion === null) return end("ASK", 4, ["DO_NOT_OPEN"]);
  if (prison === "NO") return end("STOP", 4, ["DO_NOT_OPEN", "SILENCE_HOLDS", "NOTHING_IS_KEPT"]);
  if (s.from_abroad === null) return end("ASK", 5, ["DO_NOT_OPEN"]);
  if (s.signs === null) return end("ASK", 6, ["DO_NOT_OPEN"]);
  const noFurther = opened ? ["LOOK_NO_FURTHER"] : [];
  const handling = danger ? ["DO_NOT_OPEN", ...noFurther] : [...hazardLines, ...noFurther];
  const counted = s.signs.map((each) => t.signs[each]).filter(([strength, , onlyDamaged, notOpened]) =>
    strength !== "SAFETY_ONLY" && (damaged || !onlyDamaged) && !(opened && notOpened));
  if (!((danger && !opened) || counted.length >= 2 || counted.some(([strength]) => strength === "STRONG"))) {
    const customs = foreign ? ["CUSTOMS_IF_SUSPECTED"] : [];
    return end("ADVICE", 6, [...handling, danger ? "POLICE_KNOW" : "TOO_FEW_SIGNS", ...customs, "NOTHING_IS_KEPT"]);
  }
  const clear = prison === "YES";
  if (danger && !opened && !foreign) return end("CONTACT", 7, [...handling, "POLICE_KNOW"], [], clear);
  const call = foreign ? "CUSTOMS" : "POLICE";
  const told = routine === "EMPLOYER_FIRST" ? ["MAY_TELL", "EMPLOYER_FIRST"] : ["MAY_TELL"];
  const who = clear ? told : ["EMPLOYER_JUDGES"];
  const customs = foreign && duty ? ["CUSTOMS_DUTY"] : [];
  return end("CONTACT", 7, [...handling, ...who, `CALL_${call}`, ...customs], [call], clear);
}
