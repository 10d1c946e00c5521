// Everything works without this. With it, the request log renews itself in place instead of being loaded anew.
"use strict";

const live = document.getElementById("live");

async function renew() {
  // Whoever is typing, or stands on a link with the keyboard, is not interrupted.
  if (document.hidden || live.contains(document.activeElement) || !document.getSelection().isCollapsed) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById("live");
  if (found && !live.contains(document.activeElement)) live.replaceChildren(...found.childNodes);
}

if (live && live.dataset.refreshSeconds) {
  const wait = 1000 * Number(live.dataset.refreshSeconds);
  const again = () => setTimeout(() => renew().catch(() => {}).then(again), wait);
  again();
}
