/* measure.js - runs beside the pages it measures, each in a frame of a given
 * width and colour scheme, and writes a line for each: PASS, or FAIL with what
 * a reader would stumble over. No page may be wider than its frame, no text
 * cut off, and all text stands out from its ground as WCAG 2 AA asks. */
"use strict";

const MOST = 20; /* findings told of a frame */

function parts(colour) {
	const found = colour.match(/[\d.]+/g);
	if (!found)
		return [0, 0, 0, 0];
	const [r, g, b, a] = found.map(Number);
	return [r, g, b, a === undefined ? 1 : a];
}

/* `above` painted on `below`. */
function over(above, below) {
	const a = above[3];
	return [0, 1, 2].map(i => above[i] * a + below[i] * (1 - a)).concat(1);
}

function luminance(colour) {
	const [r, g, b] = colour.slice(0, 3).map(c => {
		c /= 255;
		return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
	const [x, y] = [luminance(a), luminance(b)];
	return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

function ground(view, element) {
	const layers = [];
	let opacity = 1;
	for (let e = element; e; e = e.parentElement) {
		const style = view.getComputedStyle(e);
		layers.push(parts(style.backgroundColor));
		opacity *= Number(style.opacity);
	}
	return [layers.reverse().reduce((below, above) => over(above, below),
		[255, 255, 255, 1]), opacity];
}

function name(element) {
	const id = element.id ? "#" + element.id : "";
	const kind = element.getAttribute("class");
	return element.tagName.toLowerCase() + id + (kind ? "." + kind : "");
}

/* A drawing's own text is painted with its fill. */
function ink(view, element, pseudo) {
	const style = view.getComputedStyle(element, pseudo);
	return [element.namespaceURI.endsWith("svg") ? style.fill : style.color,
		style];
}

function judge(view, element, pseudo, text, say) {
	const [colour, style] = ink(view, element, pseudo);
	const [below, opacity] = ground(view, element);
	const painted = parts(colour);
	painted[3] *= opacity;
	const ratio = contrast(over(painted, below), below);
	const size = parseFloat(style.fontSize);
	const large = size >= 24 ||
		(size >= 18.66 && Number(style.fontWeight) >= 700);
	if (ratio < (large ? 3 : 4.5))
		say(`contrast ${ratio.toFixed(2)} of "${text.slice(0, 30)}" in ` +
			name(element));
	if (size < 9 && !element.namespaceURI.endsWith("svg"))
		say(`${size}px small is "${text.slice(0, 30)}"`);
}

function shown(view, element) {
	return element.getClientRects().length > 0 &&
		view.getComputedStyle(element).visibility === "visible";
}

function texts(view, page, say) {
	const walk = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
	let count = 0;
	for (let node; (node = walk.nextNode());) {
		const text = node.data.trim();
		const element = node.parentElement;
		if (!text || !shown(view, element) ||
		    ["style", "title", "desc"].includes(element.localName))
			continue;
		count++;
		judge(view, element, null, text, say);
	}
	for (const element of page.body.querySelectorAll("*")) {
		for (const pseudo of ["::before", "::after"]) {
			const content = view.getComputedStyle(element, pseudo).content;
			if (/["']./.test(content) && shown(view, element))
				judge(view, element, pseudo, content, say);
		}
	}
	return count;
}

function scrolls(view, element) {
	for (let e = element.parentElement; e && e !== element.ownerDocument.body;
	     e = e.parentElement)
		if (["auto", "scroll"].includes(view.getComputedStyle(e).overflowX))
			return true;
	return false;
}

function edges(view, page, say) {
	const root = page.documentElement;
	if (root.scrollWidth > root.clientWidth)
		say(`overflow: ${root.scrollWidth} of ${root.clientWidth}`);
	for (const element of page.body.querySelectorAll("*")) {
		const box = element.getBoundingClientRect();
		const style = view.getComputedStyle(element);
		if (box.right > root.clientWidth + 1 && box.width > 0 &&
		    !scrolls(view, element))
			say(`overflow of ${name(element)} to ${box.right.toFixed(0)}`);
		if (["hidden", "clip"].includes(style.overflowX) &&
		    element.clientWidth > 0 &&
		    element.scrollWidth > element.clientWidth + 1)
			say(`cut off: ${name(element)} ` +
				`"${element.textContent.slice(0, 30)}"`);
	}
}

function measure(frame) {
	const page = frame.contentDocument;
	const view = frame.contentWindow;
	const title = frame.title;
	const found = [];
	const say = line => found.push(line);

	edges(view, page, say);
	const count = texts(view, page, say);
	if (count === 0)
		say("nothing to read");
	if (found.length === 0)
		return `PASS ${title} ${count} texts`;
	return found.slice(0, MOST).map(f => `FAIL ${title} ${f}`).join("\n");
}

window.onload = () => {
	const frames = [...document.querySelectorAll("iframe")];
	const lines = frames.map(measure);
	frames.forEach(frame => frame.remove());
	document.getElementById("verdict").textContent = lines.join("\n");
};
