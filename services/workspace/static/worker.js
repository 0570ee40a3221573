// Makes /rad/ work without a network: the network first, the cache after 0.8 s. It sees no other page.
// VERSION and FILES stand above. A cache is all of a version, or nothing.
const CACHE = `rad-${VERSION}`;
const PATIENCE = 800;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("rad-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (FILES.includes(pathname)) event.respondWith(newest(event.request, pathname));
});

async function newest(request, pathname) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(pathname);
  const fetched = fetch(request).then((answer) => {
    if (answer.ok && pathname === "/rad/") cache.put(pathname, answer.clone());
    return answer;
  });
  if (!kept) return fetched;
  if (pathname !== "/rad/") return kept; // its address has the version
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  return Promise.race([fetched.then((answer) => (answer.ok ? answer : kept), () => kept), late]);
}
