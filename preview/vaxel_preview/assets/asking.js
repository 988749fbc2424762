// Asking the server, as our own page does: with the key of this start and what is looked at now.
const token = document.querySelector("meta[name=token]").content;
export const look = () => ({ brand: document.getElementById("brand").value, sample: document.getElementById("sample").value });

export async function ask(path, words = {}, body) {
  const answer = await fetch(`${path}?${new URLSearchParams({ ...look(), ...words })}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "X-Vaxel-Token": token },
    body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
  });
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  return { status: answer.status, said: isJson ? await answer.json() : {} };
}
