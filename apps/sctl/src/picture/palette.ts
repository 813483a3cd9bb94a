/**
 * The picture brings its own ground, so that it can be read on any page; it follows the viewer's
 * light or dark where the viewer says so. No scripts and no fonts from elsewhere.
 */
export const style = `
.ground{fill:#fff;stroke:#d1d9e0}
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-size:12px;fill:#59636e}
.title{font-size:18px;font-weight:600;fill:#1f2328}
.heading{font-size:14px;font-weight:600;fill:#1f2328}
.figure{font-weight:600;fill:#1f2328}
.grid{stroke:#e4e9ee}.axis{stroke:#8c959f}
.used{fill:none;stroke:#0969da;stroke-width:1.8;stroke-linejoin:round}
.used-area{fill:#0969da;fill-opacity:.28}
.most{fill:none;stroke:#0969da;stroke-opacity:.65;stroke-width:1;stroke-linejoin:round}
.limit{fill:none;stroke:#bc4c00;stroke-width:2.2}
.limit-area{fill:#bc4c00;fill-opacity:.09}
.max{fill:none;stroke:#818b98;stroke-width:1.4;stroke-dasharray:5 4}
.throttled{fill:#cf222e}
@media (prefers-color-scheme:dark){
.ground{fill:#0d1117;stroke:#3d444d}
text{fill:#9198a1}
.title,.heading,.figure{fill:#f0f6fc}
.grid{stroke:#212830}.axis{stroke:#656c76}
.used{stroke:#4493f8}.used-area{fill:#4493f8;fill-opacity:.3}.most{stroke:#4493f8;stroke-opacity:.6}
.limit{stroke:#f0883e}.limit-area{fill:#f0883e;fill-opacity:.13}
.max{stroke:#818b98}
.throttled{fill:#f85149}
}
`;
