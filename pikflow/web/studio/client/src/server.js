// Talking to the server: JSON, the token of the page, and what went wrong as a status.

export class Server {
  constructor(token) {
    this.token = token;
  }

  // {ok, status, data}; status 0 when the server can't be reached, 401 when nobody is signed in.
  // After signing in again in another tab the page's token is too old; the refusal brings a new one.
  async post(url, body) {
    const first = await this.send(url, body);
    if (first.status !== 400 || !first.data.token) return first;
    this.token = first.data.token;
    return this.send(url, body);
  }

  async send(url, body) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': this.token },
        body: JSON.stringify(body),
      });
      return answer(response);
    } catch {
      return { ok: false, status: 0, data: {} };
    }
  }

  async get(url) {
    try {
      return answer(await fetch(url, { redirect: 'manual', headers: { Accept: 'application/json' } }));
    } catch {
      return { ok: false, status: 0, data: {} };
    }
  }
}

async function answer(response) {
  if (response.type === 'opaqueredirect') return { ok: false, status: 401, data: {} };
  const json = (response.headers.get('Content-Type') ?? '').includes('json');
  return { ok: response.ok && json, status: response.status, data: json ? await response.json() : {} };
}
