// The style sheet of the report.
#pragma once

namespace smmu::platform::analyze {

constexpr const char style_sheet[] = R"(
:root { --ink: #1c2430; --soft: #5b6675; --line: #dde2e8; --paper: #ffffff; --desk: #f3f5f8; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--desk); color: var(--ink); line-height: 1.45;
       font: 15px/1.45 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
main { max-width: 1136px; margin: 0 auto; padding: 28px 16px 48px; }
h1 { font-size: 27px; line-height: 1.25; margin: 0 0 6px; }
h2 { font-size: 19px; margin: 0 0 4px; }
h3 { font-size: 15px; margin: 22px 0 6px; }
p { margin: 0 0 10px; }
.soft, .note { color: var(--soft); }
.note { font-size: 13px; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 8px;
          padding: 22px 32px 20px; margin-top: 18px; }
.cards { display: grid; grid-template-columns: repeat(3, 1fr); gap: 16px; margin: 18px 0 20px; }
.card { border-left: 6px solid; padding: 4px 0 4px 16px; }
.card b { display: block; font-size: 32px; line-height: 1.15; }
.card span { display: block; }
.legend { margin: 8px 0 0; font-size: 13px; color: var(--soft); }
.legend span { margin-right: 18px; white-space: nowrap; display: inline-block; }
.legend i { display: inline-block; width: 11px; height: 11px; margin-right: 6px; border-radius: 2px; }
svg { display: block; width: 100%; height: auto; margin-top: 8px; font-size: 14px; }
svg rect { shape-rendering: crispEdges; }
svg text { fill: var(--ink); }
svg .small { font-size: 12px; fill: var(--soft); }
svg .strong { font-weight: 700; }
svg .on { fill: #fff; font-weight: 700; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .axis { stroke: #8a94a1; stroke-width: 1; }
svg .mark { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 3 3; }
svg .curve { fill: none; stroke: var(--ink); stroke-width: 1.8; }
table { border-collapse: collapse; width: 100%; margin-top: 14px; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 5px 10px; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); font-size: 13px; }
th:first-child, td:first-child { text-align: left; }
td.words { text-align: left; }
.warning { background: #fdecea; border: 1px solid #e3aaa4; border-radius: 6px; padding: 8px 14px; }
details summary { cursor: pointer; color: var(--soft); margin-top: 12px; }
@media print { body { background: #fff; } section { break-inside: avoid; } }
)";

}  // namespace smmu::platform::analyze
