#include "fuzz/nightly/html_style.h"

namespace gradgrind::nightly {

const char* const kStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #fafaf8; --card: #ffffff; --well: #f3f3ef; --rule: #dfded8;
  --ink: #1b1d21; --soft: #5a606b;
  --new: #b3261e; --new-well: #fbeceb; --warn: #7d5200; --good: #1f6e43; --line: #24619e;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #131519; --card: #1a1d23; --well: #22262d; --rule: #333841;
    --ink: #e8e7e3; --soft: #a3a9b4;
    --new: #ff8f85; --new-well: #35201f; --warn: #e3b25c; --good: #7fcf9f; --line: #79b4ee;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0 auto; max-width: 74rem; padding: 2.5rem 1.5rem 4rem;
  background: var(--page); color: var(--ink);
  font: 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--line); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--line); outline-offset: 2px; border-radius: 2px; }
h1, h2, h3, p, dl, dd, ol, ul, figure { margin: 0; padding: 0; }
h1 {
  margin: 0.35rem 0 0; font-size: 2rem; font-weight: 650; line-height: 1.2;
  letter-spacing: -0.015em; text-wrap: balance;
}
h1 .run { display: block; margin-top: 0.15rem; color: var(--soft); font-size: 0.7em; font-weight: 450; letter-spacing: -0.005em; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
h1 .alarm { color: var(--new); }
h1 .calm { color: var(--good); }
h2 { margin: 3rem 0 0.25rem; font-size: 1.25rem; font-weight: 650; letter-spacing: -0.01em; }
h2 + p { margin-bottom: 1rem; color: var(--soft); max-width: 60rem; text-wrap: pretty; }
h2 + :not(p) { margin-top: 0.9rem; }
h3 { font-size: 1rem; font-weight: 600; }
.when, .soft { color: var(--soft); }
code, pre, .mono { font-family: var(--mono); font-size: 0.8125rem; }

.figures {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 1rem 1.5rem;
  margin: 1.75rem 0 0; padding: 1rem 0; border: solid var(--rule); border-width: 1px 0;
}
.figures dt { color: var(--soft); font-size: 0.8125rem; }
.figures dd { font-size: 1.3rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.1rem; margin-top: 0.9rem; list-style: none; }

.index { margin: 0 0 1.25rem; list-style: none; border-top: 1px solid var(--rule); }
.index li { border-bottom: 1px solid var(--rule); }
.index a {
  display: grid; grid-template-columns: 9.5rem 13rem 1fr; gap: 0.1rem 1rem; padding: 0.4rem 0.25rem;
  color: inherit; text-decoration: none;
}
.index a:hover { background: var(--well); }
.verdict { color: var(--new); font-weight: 600; }
.known .verdict, .fixed .verdict { color: var(--soft); }

.finding {
  margin: 0 0 1.25rem; padding: 1rem 1.25rem 1.1rem; background: var(--card);
  border: 1px solid var(--rule); border-left: 4px solid var(--new); border-radius: 6px;
}
.finding.known, .finding.fixed { border-left-color: var(--rule); }
.finding.fixed { border-left-color: var(--good); }
.finding:target { box-shadow: 0 0 0 3px var(--new-well); }
.finding h3 { display: flex; flex-wrap: wrap; gap: 0 0.6rem; align-items: baseline; }
.finding h3 .life { color: var(--soft); font-weight: 450; font-size: 0.875rem; }
.finding .summary { margin: 0.15rem 0 0.7rem; font-size: 1.0625rem; line-height: 1.4; }
.finding .reason { margin: 0 0 0.7rem; color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: 0.35rem 2rem; margin: 0.75rem 0; }
.facts dt { color: var(--soft); font-size: 0.8125rem; line-height: 1.3; }
.facts dd { font-variant-numeric: tabular-nums; }
.command { display: flex; background: var(--well); border-radius: 4px; }
.command span { flex: none; padding: 0.5rem 0 0.5rem 0.75rem; color: var(--soft); font-size: 0.8125rem; }
.command code {
  flex: 1; min-width: 0; padding: 0.5rem 0.75rem; white-space: pre-wrap; cursor: copy;
  -webkit-user-select: all; user-select: all;
}
pre {
  margin: 0.5rem 0 0; padding: 0.75rem; max-height: 32rem; overflow: auto; background: var(--well);
  border-radius: 4px; line-height: 1.45; overflow-wrap: normal; tab-size: 4;
}
summary { cursor: pointer; color: var(--soft); width: fit-content; }
summary:hover { color: var(--ink); }
.fold > summary { margin: 0.25rem 0 0.75rem; color: var(--ink); }
.problems { border-left: 4px solid var(--warn); padding: 0.25rem 0 0.25rem 1rem; list-style: none; }
.problems li { padding: 0.2rem 0; }
.problems strong, .problem { color: var(--warn); }

.curve { display: block; overflow: visible; }
.curve text { fill: var(--soft); font-size: 11px; text-anchor: middle; font-variant-numeric: tabular-nums; }
.curve text.y { text-anchor: end; }
.curve text[text-anchor="start"] { text-anchor: start; }
.curve text[text-anchor="end"] { text-anchor: end; }
.curve text.end { text-anchor: start; font-size: 13px; font-weight: 650; fill: var(--line); }
.curve .grid { stroke: var(--rule); stroke-width: 1; }
.curve .axis { stroke: var(--soft); stroke-width: 1; opacity: 0.6; }
.curve .line { fill: none; stroke: var(--line); stroke-width: 2; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.curve .area { fill: var(--line); opacity: 0.1; }
.curve .mark { fill: var(--new); stroke: var(--card); stroke-width: 1.5; }
.curve.findings .line { stroke: var(--new); }
.curve.findings .area { fill: var(--new); }
.curve.findings text.end { fill: var(--new); }
.night { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.5rem 2rem; }
.multiples {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); gap: 1.25rem 1.75rem;
}
figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 0.75rem; align-items: baseline; }
figcaption b { font-weight: 600; }
figcaption span { color: var(--soft); font-size: 0.8125rem; font-variant-numeric: tabular-nums; text-align: right; }

.table { overflow-x: auto; border: 1px solid var(--rule); border-radius: 6px; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { padding: 0.35rem 0.75rem; text-align: right; vertical-align: baseline; border-bottom: 1px solid var(--rule); white-space: nowrap; }
thead th { color: var(--soft); font-size: 0.8125rem; font-weight: 500; white-space: normal; vertical-align: bottom; line-height: 1.25; }
tbody th { font-weight: 500; }
th:first-child, th.text, td.text { text-align: left; }
tbody tr:last-child > * { border-bottom: 0; }
tbody tr:hover { background: var(--well); }
td.text { white-space: normal; min-width: 14rem; overflow-wrap: anywhere; }
td.alarm { color: var(--new); font-weight: 600; }
td.none { color: var(--soft); }
.share { display: block; min-width: 8rem; height: 0.55rem; background: var(--rule); border-radius: 2px; overflow: hidden; }
.share i { display: block; float: left; height: 100%; }
.share .accepted { background: var(--warn); }
.share .valid { background: var(--good); }
.share .refused { background: var(--line); }
.key { display: inline-block; width: 0.7rem; height: 0.7rem; border-radius: 2px; margin-right: 0.3rem; }
.damage details { border-top: 1px solid var(--rule); padding: 0.5rem 0; }
.damage details:last-child { border-bottom: 1px solid var(--rule); }
.damage summary { color: var(--ink); width: auto; }
.damage .table { margin: 0.5rem 0 0.75rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--rule); color: var(--soft); font-size: 0.875rem; }

@media (max-width: 40rem) {
  body { padding: 1.25rem 1rem 3rem; }
  h1 { font-size: 1.5rem; }
  .figures { grid-template-columns: repeat(2, 1fr); }
  .index a { grid-template-columns: auto 1fr; }
  .index .summary { grid-column: 1 / -1; }
  .finding { padding: 0.85rem 0.9rem; }
  .command { display: block; }
  .command span { display: block; padding-bottom: 0; }
  .multiples { grid-template-columns: repeat(2, 1fr); gap: 1rem; }
  .multiples figcaption { display: block; }
  .multiples figcaption span { display: block; text-align: left; }
  th, td { padding: 0.35rem 0.5rem; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  :root {
    color-scheme: light; --page: #fff; --card: #fff; --well: #f4f4f4; --rule: #ccc; --ink: #000; --soft: #444;
    --new: #a01b14; --new-well: #fff; --warn: #6b4600; --good: #1c5f3a; --line: #1f568c;
  }
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  nav { display: none; }
  h2, h3 { break-after: avoid; }
  figure, tr, .finding .facts { break-inside: avoid; }
  pre { max-height: none; white-space: pre-wrap; overflow-wrap: anywhere; }
  .table { overflow: visible; }
  td, th { padding: 0.2rem 0.4rem; }
  details::details-content { content-visibility: visible; height: auto; }
}
)css";

}  // namespace gradgrind::nightly
