// Looks again, every two seconds, at a run that is at work, and shows what has changed. Without it the page stays as it is.
const EVERY_MS = 2000;

async function lookAgain() {
  const shown = document.querySelector("[data-live]");
  if (!shown) return; // the run has ended
  if (!document.hidden && !shown.contains(document.activeElement)) {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = answer.ok && page.getElementById("live");
      if (now && now.outerHTML !== shown.outerHTML) shown.replaceWith(now);
    } catch {
      // the server is gone, or not yet back
    }
  }
  setTimeout(lookAgain, EVERY_MS);
}

setTimeout(lookAgain, EVERY_MS);
