// Requests to our own server, with what it asks of them.

export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Take over the token against forgery of a page of ours that was fetched anew; whether it had one. */
export function adoptToken(page) {
  const token = page.querySelector('meta[name="csrf-token"]')?.content;
  if (!token) return false;
  document.querySelector('meta[name="csrf-token"]').content = token;
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
  return true;
}

/** POST a form's fields; resolves to the Response. A redirect is not followed: the page is not being changed. */
export function postForm(url, fields) {
  return fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "X-CSRFToken": csrfToken() },
    redirect: "manual",
  });
}

/** POST a value as JSON. `keepalive` lets it outlive the page, `signal` gives it up. */
export function postJson(url, value, { keepalive = false, signal } = {}) {
  return fetch(url, {
    method: "POST",
    body: JSON.stringify(value),
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
    keepalive,
    signal,
  });
}
