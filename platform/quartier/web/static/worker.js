// The service worker of a company's portal: keeps what belongs to nobody (files with a digest in their name, and the
// page for when the network is away), and never a page, an answer of the API or anything of a person. It shows what rings the device.
// The lines that the server writes above name the cache, `const CACHE = "<company>-<build>", KEPT = [...]`, and the icon.
"use strict";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const others = (names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(others).then(() => self.clients.claim()));
});

const offline = () => caches.match("/offline").then((page) => page || Response.error());
const kept = (request) => caches.match(request).then((found) => found || fetch(request).then((answer) => {
  if (answer.ok && answer.type === "basic") {
    const copy = answer.clone();
    caches.open(CACHE).then((cache) => cache.put(request, copy));
  }
  return answer;
}));

self.addEventListener("fetch", (event) => {
  const { request } = event, { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(offline));
  else if (/^\/(static|theme|brand)\//.test(pathname)) event.respondWith(kept(request));
});

self.addEventListener("push", (event) => {
  const { title, body, lang, tag, url, important } = event.data.json();
  const shown = { body, lang, tag, data: url, icon: ICON, requireInteraction: important };
  event.waitUntil(self.registration.showNotification(title, shown));
});

// A window that is open elsewhere stays as it is: somebody may be writing there.
self.addEventListener("notificationclick", (event) => {
  const url = new URL(event.notification.data, self.location.origin);
  event.notification.close();
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url.href));
});

// The browser's service has another address for this device.
self.addEventListener("pushsubscriptionchange", (event) => {
  const options = event.oldSubscription?.options;
  const tell = (one) => {
    const { endpoint, keys } = one.toJSON(), body = new URLSearchParams({ endpoint, ...keys });
    return fetch("/account/notifications/devices", { method: "POST", body, redirect: "manual" });
  };
  if (options) event.waitUntil(self.registration.pushManager.subscribe(options).then(tell));
});
