/** Follows the viewer's light or dark; curves differ by more than their colour. */
export const style = `
:root{--ground:#fff;--panel:#fff;--text:#1f2328;--faint:#59636e;--line:#d1d9e0;--grid:#e4e9ee;
--used:#0969da;--limit:#bc4c00;--threshold:#818b98;--backlog:#8250df;--grow:#1a7f37;--shrink:#bc4c00;--selected:#0969da33}
@media (prefers-color-scheme:dark){:root{--ground:#0d1117;--panel:#0d1117;--text:#f0f6fc;--faint:#9198a1;
--line:#3d444d;--grid:#212830;--used:#4493f8;--limit:#f0883e;--threshold:#8b949e;--backlog:#ab7df8;
--grow:#3fb950;--shrink:#f0883e;--selected:#4493f844}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1200px;margin:0 auto;padding:24px 20px 48px}
h1{font-size:22px;margin:0 0 12px}h2{font-size:17px;margin:28px 0 4px}
p{margin:4px 0;color:var(--faint)}
dl{display:flex;flex-wrap:wrap;gap:8px 28px;margin:8px 0 16px}
dt{font-size:12px;color:var(--faint)}dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums}
.plots{margin-top:14px;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,370px),1fr));gap:18px}
figure{margin:0 0 8px}figcaption{font-weight:600;font-size:14px;overflow-wrap:anywhere}
svg{display:block;width:100%;height:auto;background:var(--panel);font-family:inherit}
svg text{font-size:12px;fill:var(--faint)}
svg .grid{stroke:var(--grid)}svg .axis{stroke:var(--threshold)}
svg .curve{fill:none;stroke-linejoin:round}
.used{color:var(--used)}.limit{color:var(--limit)}.threshold{color:var(--threshold)}.backlog{color:var(--backlog)}
.grow{color:var(--grow)}.shrink{color:var(--shrink)}
svg .curve{stroke:currentColor;stroke-width:1.5}
svg .curve.limit{stroke-width:2}
svg .curve.threshold{stroke-dasharray:5 4;stroke-width:1.2}
svg .curve.lower{stroke-dasharray:1.5 3.5}
svg .area{fill:currentColor;fill-opacity:.18;stroke:none}svg .band{fill-opacity:.32}
svg .event{fill:currentColor}
svg .selection{fill:var(--selected)}
svg .cursor{stroke:var(--threshold);stroke-dasharray:2 3}
.zoomed{min-width:760px;cursor:crosshair;touch-action:pan-y;user-select:none;-webkit-user-select:none;outline-offset:2px}
.legend{display:flex;flex-wrap:wrap;gap:2px 18px;margin:2px 0;padding:0;list-style:none;font-size:13px;color:var(--faint)}
.legend li{display:flex;align-items:center;gap:6px}
.legend svg{width:22px;height:14px;background:none}
.tools{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:6px;align-items:center;padding:8px 0;background:var(--ground);border-bottom:1px solid var(--line)}
button{font:inherit;font-size:13px;color:var(--text);background:transparent;border:1px solid var(--line);border-radius:6px;padding:2px 10px;cursor:pointer}
button:hover{border-color:var(--threshold)}
output{display:block;min-height:1.5em;font-size:13px;color:var(--faint);font-variant-numeric:tabular-nums}
.range{font-size:13px;color:var(--faint);margin-left:6px;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto;margin:8px 0}
table{border-collapse:collapse;font-size:13px;width:100%}
caption{text-align:left;color:var(--faint);padding:4px 0}
th,td{text-align:left;padding:3px 12px 3px 0;border-bottom:1px solid var(--grid);white-space:nowrap}
td:last-child{white-space:normal}
th{color:var(--faint);font-weight:600}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
details{margin:4px 0 16px}summary{cursor:pointer;font-size:13px;color:var(--faint)}
`;
