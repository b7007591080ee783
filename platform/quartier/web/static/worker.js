// The service worker of a company's portal: keeps what belongs to nobody (files with a digest in their name, and the
// page for when the network is away), and never a page, an answer of the API or anything of a person.
// The first line that the server writes names the cache: `const CACHE = "<company>-<build>", KEPT = [...]`.
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
