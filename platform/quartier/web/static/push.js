// Lets this browser ring, and says why it cannot. The form goes to the portal as any other does, with what the browser says.
(() => {
  "use strict";
  const part = document.querySelector("[data-push]");
  if (!part) return;
  const form = part.querySelector("[data-push-form]"), end = part.querySelector("[data-push-end]");
  const wanted = "pushHere" in part.dataset;
  const say = (what) => part.querySelectorAll("[data-push-said]").forEach((one) => { one.hidden = one.dataset.pushSaid !== what; });
  const can = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  const apple = /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
  const worker = () => navigator.serviceWorker.register("/worker.js").then(() => navigator.serviceWorker.ready);
  const key = () => Uint8Array.from(atob(part.dataset.push.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const offer = () => { form.hidden = false; };

  async function look() {
    if (!can) return say(apple && !navigator.standalone ? "home" : "none");
    if (Notification.permission === "denied") return say("denied");
    if (!wanted) return offer();
    const subscription = await worker().then((found) => found.pushManager.getSubscription()).catch(() => null);
    if (subscription && Notification.permission === "granted") return;
    say("lost");
    offer();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    say("");
    try {
      const answer = await Notification.requestPermission();
      if (answer === "denied") form.hidden = true;
      if (answer !== "granted") return say(answer === "denied" ? "denied" : "asked");
      const { pushManager } = await worker();
      const old = await pushManager.getSubscription();
      if (old) await old.unsubscribe();
      const { endpoint, keys } = (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key() })).toJSON();
      Object.entries({ endpoint, ...keys }).forEach(([name, value]) => { form.elements[name].value = value; });
      form.submit();
    } catch {
      say("failed");
    }
  });

  end?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const subscription = can && await worker().then((found) => found.pushManager.getSubscription()).catch(() => null);
    if (subscription) await subscription.unsubscribe().catch(() => {});
    end.submit();
  });

  look();
})();
