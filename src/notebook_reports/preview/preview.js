// Reloads a page of the preview when it was built anew, at the place where the reader is; tells of errors meanwhile.
"use strict";
{
  const { page, version } = document.currentScript.dataset;
  const kept = `preview of ${page}`;

  // What is folded, by the last id before it.
  function folds() {
    let id = "", number = 0;
    const found = new Map();
    for (const element of document.querySelectorAll("[id]:not(svg *), details")) {
      if (element.id) [id, number] = [element.id, 0];
      if (element.localName === "details") found.set(`${id} ${number++}`, element);
    }
    return found;
  }

  // The last element with an id that begins above the window, and how far above.
  function place() {
    const above = [...document.querySelectorAll("[id]:not(svg *)")]
      .filter(element => element.getClientRects().length && element.getBoundingClientRect().top <= 1).pop();
    return above ? [above.id, above.getBoundingClientRect().top] : ["", 0];
  }

  function reload() {
    const open = [...folds()].filter(([, element]) => element.open).map(([key]) => key);
    sessionStorage.setItem(kept, JSON.stringify({ open, place: place(), scroll: scrollY }));
    history.scrollRestoration = "manual";
    location.reload();
  }

  function restore({ open, place: [id, top], scroll }) {
    for (const [key, element] of folds()) element.open = open.includes(key);
    const anchor = id && document.getElementById(id);
    scrollTo({ top: anchor ? scrollY + anchor.getBoundingClientRect().top - top : scroll, behavior: "instant" });
  }

  const box = document.createElement("div");
  box.attachShadow({ mode: "open" }).innerHTML = `
    <style>
      :host { position: fixed; z-index: 9; inset: auto 0 0; font: 15px/1.5 system-ui, sans-serif; color-scheme: light dark; }
      section { max-height: 45vh; overflow: auto; padding: 12px 20px; border-top: 4px solid #c62828;
        background: light-dark(#fff1f0, #3a1210); color: light-dark(#3b0a08, #ffe9e7); }
      ul { margin: 4px 0 0; padding: 0; list-style: none; }
      li { margin-top: 8px; white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.5 ui-monospace, monospace; }
      p { position: absolute; right: 12px; bottom: calc(100% + 12px); margin: 0; padding: 2px 12px; border-radius: 12px;
        background: light-dark(#333, #ddd); color: light-dark(#fff, #111); font-size: 13px; }
      :empty, section:not(:has(li)) { display: none; }
      @media print { :host { display: none; } }
    </style>
    <p></p>
    <section role="alert" tabindex="0"><strong>The build failed: pages may show an earlier state.</strong><ul></ul></section>`;
  document.body.append(box);
  const [status, list] = [box.shadowRoot.querySelector("p"), box.shadowRoot.querySelector("ul")];
  const room = getComputedStyle(document.body).paddingBottom;

  function show(text, errors) {
    status.textContent = text;
    if (errors.join("\0") === [...list.children].map(item => item.textContent).join("\0")) return;
    list.replaceChildren(...errors.map(error => Object.assign(document.createElement("li"), { textContent: error })));
    document.body.style.paddingBottom = `calc(${room} + ${box.offsetHeight}px)`; // the end of the page can be read
  }

  function connect() {
    const socket = new WebSocket(`ws://${location.host}/-/live?page=${encodeURIComponent(page)}`);
    socket.onmessage = ({ data }) => {
      const now = JSON.parse(data);
      if (now.version === version) return show(now.status, now.errors);
      socket.onclose = null;
      socket.close();
      reload();
    };
    socket.onclose = () => {
      status.textContent = "The preview has ended";
      setTimeout(connect, 1000);
    };
  }

  const before = JSON.parse(sessionStorage.getItem(kept));
  if (before) {
    sessionStorage.removeItem(kept);
    restore(before);
    addEventListener("load", () => setTimeout(() => { // after the browser itself has gone to the fragment of the address
      restore(before);
      history.scrollRestoration = "auto";
    }));
  }
  connect();
}
