// Two minutes before a log-in ends for lack of use, a notice with a way to go on (WCAG 2.2, 2.2.1).
const notice = document.getElementById("session");
const MINUTE = 60_000;
let timer;
const wait = () => { clearTimeout(timer); timer = setTimeout(() => { notice.hidden = false; }, 28 * MINUTE); };
notice?.querySelector("button").addEventListener("click", async () => {
  const { ok } = await fetch("/fortsatt");
  if (!ok) { location.reload(); return; }
  notice.hidden = true;
  wait();
});
if (notice) wait();
