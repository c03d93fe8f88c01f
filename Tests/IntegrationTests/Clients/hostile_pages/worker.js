// A worker of eve's, for the whole origin: it stands between the service and whoever opens it.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) =>
  event.waitUntil(Promise.all([self.clients.claim(), self.registration.navigationPreload.enable()])),
);

async function tell(path, way, answer) {
  // A redirect that a window is to follow cannot be read.
  const told = { path, way, status: answer.status, read: (await answer.text()).slice(0, 400) };
  for (const client of await self.clients.matchAll({ includeUncontrolled: true })) client.postMessage(told);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (!url.pathname.startsWith("/services/") || event.request.method !== "GET") return;
  event.respondWith(
    (async () => {
      const ahead = await event.preloadResponse;
      if (ahead) await tell(url.pathname, "preload", ahead);
      const answer = await fetch(event.request);
      await tell(url.pathname, "worker", answer.clone());
      return answer;
    })(),
  );
});
