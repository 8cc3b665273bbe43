/* SPDX-License-Identifier: ISC */
/* page_style.c - how pages look: on a phone and on a desk, light and dark, and
 * on paper (A4). Colours are told apart by 4.5 to 1 at least (WCAG AA), and
 * nothing is told by colour alone. */
#include "tools/page.h"

#define COLOURS_LIGHT                                                          \
	"color-scheme:light;--ground:#f4f3ef;--card:#fff;--ink:#1b1d21;"       \
	"--soft:#54595f;--line:#cfccc2;--link:#0b4f9e;--mark:#12529b;"         \
	"--good:#14572a;--good-ground:#e2f2e6;--warn:#6b4200;"                 \
	"--warn-ground:#fcefd3;--bad:#8c1515;--bad-ground:#fbe4e4;"            \
	"--quiet:#44494f;--quiet-ground:#eae8e2"
#define COLOURS_DARK                                                           \
	"color-scheme:dark;--ground:#14161a;--card:#1d2025;--ink:#e9e7e2;"     \
	"--soft:#adb1b8;--line:#3d434c;--link:#8ab8f5;--mark:#8ab8f5;"         \
	"--good:#93d9a7;--good-ground:#163021;--warn:#f0c674;"                 \
	"--warn-ground:#382b0e;--bad:#f7abab;--bad-ground:#431a1a;"            \
	"--quiet:#c6c9cf;--quiet-ground:#2b2f36"

const char page_style[] =
	":root{" COLOURS_LIGHT "}\n"
	"@media screen and (prefers-color-scheme: dark){:root{" COLOURS_DARK
	"}}\n"

	/* ---- Everywhere. Long words break; marks piled on a letter do not
	 * reach what stands beside them. ---- */
	"*{box-sizing:border-box}\n"
	"html{-webkit-text-size-adjust:100%;text-size-adjust:100%}\n"
	"body{margin:0;background:var(--ground);color:var(--ink);"
	"font:1rem/1.5 system-ui,-apple-system,'Segoe UI',Roboto,"
	"'Liberation Sans',Arial,sans-serif;overflow-wrap:break-word}\n"
	"bdi,code,.id,blockquote,h1,h2,.tile,figcaption,.fate a"
	"{overflow-wrap:anywhere}\n"
	"main{max-width:62rem;margin:0 auto;padding:0 1rem 2rem}\n"
	"h1,h2,h3,p,dd,dt,blockquote,figcaption,.hop,.tile,.badge"
	"{overflow:clip;overflow-clip-margin:.3em}\n"
	"h1{font-size:1.6rem;line-height:1.25;margin:1.5rem 0 .5rem}\n"
	"h2{font-size:1.25rem;line-height:1.3;margin:2.5rem 0 .75rem;"
	"padding-bottom:.3rem;border-bottom:2px solid var(--line)}\n"
	"h3{font-size:1.05rem;line-height:1.4;margin:0}\n"
	"h4{font-size:.85rem;margin:1rem 0 .35rem;color:var(--soft)}\n"
	"p{margin:.5rem 0}\n"
	"a{color:var(--link);text-underline-offset:.15em}\n"
	"code,.id{font-family:ui-monospace,'Liberation Mono',monospace;"
	"font-size:.85em}\n"
	"ul,ol{margin:.5rem 0;padding-left:1.4rem}\n"
	".note,.soft{color:var(--soft)}\n"
	"section,article,.row{scroll-margin-top:3.5rem}\n"

	/* ---- Markings: TLP 2.0's colours on black. ---- */
	".tlp{display:inline-block;background:#000;padding:.1em .45em;"
	"font-weight:700;font-size:.8rem;white-space:nowrap;"
	"print-color-adjust:exact;-webkit-print-color-adjust:exact}\n"
	".tlp-red{color:#ff2b2b}.tlp-amber{color:#ffc000}"
	".tlp-green{color:#33ff00}.tlp-clear,.tlp-local{color:#fff}\n"
	".tlp-local{border:2px dashed #fff}\n"
	".band{background:#000;color:#fff;text-align:center;"
	"padding:.15rem .75rem;print-color-adjust:exact;"
	"-webkit-print-color-adjust:exact}\n"
	".band p{margin:0;font-size:.8rem}.band .tlp{font-size:.95rem}\n"
	"header.band{position:sticky;top:0;z-index:1}\n"

	/* ---- Beginning and contents. ---- */
	".question{font-size:1.05rem;margin:.25rem 0}\n"
	".question code{font-size:1em;background:var(--quiet-ground);"
	"padding:.15em .4em;border-radius:4px}\n"
	".contents ol{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;"
	"list-style:none;padding:0;margin:1rem 0}\n"
	".tiles{display:grid;gap:.75rem;margin:1rem 0;grid-template-columns:"
	"repeat(auto-fit,minmax(min(8.5rem,100%),1fr))}\n"
	".tile{background:var(--card);border:1px solid var(--line);"
	"border-radius:6px;padding:.6rem .75rem}\n"
	".tile strong{display:block;font-size:1.6rem;line-height:1.2;"
	"font-variant-numeric:tabular-nums}\n"
	".tile span{font-size:.85rem;color:var(--soft)}\n"
	".lead{font-size:1.15rem;line-height:1.45}\n"

	/* ---- Cards. ---- */
	".card{background:var(--card);border:1px solid var(--line);"
	"border-radius:6px;padding:.85rem 1rem;margin:1rem 0}\n"
	".card.gone{border-left:5px solid var(--bad)}\n"
	".card.moved{border-left:5px solid var(--warn)}\n"
	".gone>h3 .sentence{text-decoration:line-through;"
	"text-decoration-thickness:1px}\n"
	".number{color:var(--soft);font-weight:400;margin-right:.35em}\n"
	".badges{margin:.4rem 0}\n"
	".badge{display:inline-block;padding:.05em .5em;margin:.1em 0;"
	"border-radius:4px;font-size:.8rem;font-weight:600;"
	"color:var(--quiet);background:var(--quiet-ground);"
	"border:1px solid transparent}\n"
	".badge.good{color:var(--good);background:var(--good-ground)}\n"
	".badge.warn{color:var(--warn);background:var(--warn-ground)}\n"
	".badge.bad{color:var(--bad);background:var(--bad-ground)}\n"
	".fate{margin:.6rem 0;padding:.5rem .75rem;border-radius:4px;"
	"color:var(--warn);background:var(--warn-ground);"
	"list-style:none}\n"
	".fate.bad{color:var(--bad);background:var(--bad-ground)}\n"
	".fate li{margin:.15rem 0}.fate a{color:inherit}\n"
	".fate .note{color:inherit}\n"
	"blockquote{margin:.75rem 0;padding:.1rem 0 .1rem .85rem;"
	"border-left:3px solid var(--line);white-space:pre-line;"
	"font-family:Charter,Georgia,'Liberation Serif',serif;"
	"font-size:1.05rem}\n"

	/* ---- Facts: names before what they name, above it on a phone. ---- */
	".facts{margin:.5rem 0}\n"
	".facts>div{display:grid;grid-template-columns:7.5rem minmax(0,1fr);"
	"gap:0 .75rem;padding:.2rem 0}\n"
	".facts dt{color:var(--soft);font-size:.9rem}\n"
	".facts dd{margin:0;white-space:pre-line}\n"
	".facts dd>ul{list-style:none;padding:0;margin:0;"
	"white-space:normal}\n"
	".said{font-family:Charter,Georgia,'Liberation Serif',serif}\n"

	/* ---- Chains. ---- */
	".chain{list-style:none;padding:0;margin:.75rem 0;display:flex;"
	"flex-wrap:wrap;gap:.4rem;align-items:stretch}\n"
	".chain li{display:flex;align-items:center;gap:.4rem;"
	"max-width:100%}\n"
	".cites{color:var(--soft);font-size:.75rem;white-space:nowrap;"
	"flex:none}\n"
	".cites::after{content:'\\2192';content:'\\2192'/'';font-size:1rem}\n"
	".hop{border:1px solid var(--line);border-radius:6px;"
	"padding:.2rem .55rem;font-size:.9rem;min-width:0;"
	"background:var(--ground)}\n"
	".hop.origin{border:2px solid var(--mark)}\n"
	".hop.unnamed{border-style:dashed;border-color:var(--soft)}\n"
	".hop .who{font-weight:600}.hop.unnamed .who{font-style:italic}\n"
	".hop .note+.note::before{content:'\\00b7\\0020'}\n"
	".label{font-size:.72rem;font-weight:700;color:var(--mark);"
	"letter-spacing:.02em;margin-left:.2em}\n"
	".label+.label::before{content:'\\00b7\\0020'}\n"

	/* ---- Side by side. ---- */
	".ratings{list-style:none;padding:0;display:grid;gap:.75rem;"
	"grid-template-columns:repeat(auto-fit,minmax(min(15rem,100%),1fr))}\n"
	".rating{border:1px solid var(--line);border-radius:6px;"
	"padding:.4rem .75rem;background:var(--ground)}\n"
	".rating .by{margin:0;font-weight:600}\n"
	".rating .by .note{font-weight:400}\n"
	".rating .facts>div{grid-template-columns:6rem minmax(0,1fr)}\n"

	/* ---- Tables; a phone gets a row as a block with its headings. ---- */
	"table.rows{border-collapse:collapse;width:100%;margin:.75rem 0;"
	"font-size:.92rem}\n"
	".rows th,.rows td{text-align:start;vertical-align:top;"
	"padding:.4rem .6rem;border-bottom:1px solid var(--line);"
	"overflow:clip}\n"
	".rows th{color:var(--soft);font-weight:600}\n"
	".rows .badge,.date{white-space:nowrap}\n"

	/* ---- Pictures. ---- */
	".picture{margin:1rem 0}\n"
	".drawing{background:var(--card);border:1px solid var(--line);"
	"border-radius:6px;padding:.5rem;overflow-x:auto}\n"
	".drawing svg{display:block;width:100%;max-width:38rem;height:auto;"
	"margin:auto}\n"
	"figcaption{color:var(--soft);font-size:.9rem;margin-top:.4rem}\n"

	"@media screen and (max-width: 40rem){"
	"main{padding:0 .75rem 1.5rem}h1{font-size:1.35rem}"
	".card{padding:.7rem .75rem}"
	".facts>div,.rating .facts>div{grid-template-columns:minmax(0,1fr);"
	"padding:.3rem 0}"
	".chain{flex-direction:column;align-items:flex-start}"
	".chain li{display:block}"
	".cites{display:block;padding:0 0 .3rem .8rem}"
	".cites::after{content:'\\2193';content:'\\2193'/''}"
	".rows thead{display:none}.rows,.rows tbody,.rows tr,.rows td"
	"{display:block;width:100%}"
	".rows tr{border-bottom:1px solid var(--line);padding:.5rem 0}"
	".rows td{border:0;padding:.1rem 0}"
	".rows td[data-name]::before{content:attr(data-name) '\\00a0';"
	"color:var(--soft);font-weight:600}"
	".rows td:empty{display:none}"
	"}\n"

	/* ---- Paper: the band stands on every sheet, since the head and foot
	 * of a table do. ---- */
	"@page{size:A4;margin:12mm 14mm 14mm;"
	"@bottom-right{content:counter(page) ' / ' counter(pages);"
	"font:8pt sans-serif;color:#444}}\n"
	"@media print{"
	"html{font-size:9.5pt}"
	"body{display:table;width:100%;table-layout:fixed;background:#fff;"
	"--ground:#fff}"
	"header.band{display:table-header-group;position:static;"
	"break-inside:avoid}"
	"footer.band{display:table-footer-group;break-inside:avoid}"
	"header.band p{margin-bottom:4mm}footer.band p{margin-top:4mm}"
	".band{background:none;color:#000}"
	"main{display:table-row-group}"
	"main>*{max-width:100%}"
	".contents{display:none}"
	"h2,h3{break-after:avoid}"
	"h3,.hop,.rating,.tile,.fate,figure,.facts>div,tr,blockquote"
	"{break-inside:avoid}"
	".card{break-inside:avoid;border-color:#999}"
	".card>h3,.card>.badges,.card>.chain{break-after:avoid}"
	"a{color:#000}p,li,dd{orphans:3;widows:3}"
	"}\n";
