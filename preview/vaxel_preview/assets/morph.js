// What to do so that `live` shows what `fresh` says, where `source` is what `live` came from: null where scripts have
// changed the very place, so that only the whole page, loaded anew, is right.
export function difference(live, source, fresh) {
  if (source.isEqualNode(fresh)) return [];
  if (source.nodeType !== fresh.nodeType || source.nodeName !== fresh.nodeName || source.childNodes.length !== fresh.childNodes.length)
    return live.isEqualNode(source) ? [() => live.replaceWith(live.ownerDocument.importNode(fresh, true))] : null;
  if (live.nodeName !== source.nodeName || live.childNodes.length !== source.childNodes.length) return null;
  if (fresh.nodeType !== 1) return live.data === source.data ? [() => { live.data = fresh.data; }] : null;
  const todo = [];
  for (const name of new Set([...source.getAttributeNames(), ...fresh.getAttributeNames()])) {
    const [was, is] = [source.getAttribute(name), fresh.getAttribute(name)];
    if (was === is) continue;
    if (live.getAttribute(name) !== was) return null;
    todo.push(() => (is === null ? live.removeAttribute(name) : live.setAttribute(name, is)));
  }
  for (let at = 0; at < fresh.childNodes.length; at += 1) {
    const within = difference(live.childNodes[at], source.childNodes[at], fresh.childNodes[at]);
    if (!within) return null;
    todo.push(...within);
  }
  return todo;
}

// A page's own policy names its style sheets by their digests, so another head is another page.
export function sameHead(one, other) {
  const bare = (root) => [root.querySelector("head"), root.querySelector("body").cloneNode(), root.lang];
  const [mine, yours] = [bare(one), bare(other)];
  return mine[0].isEqualNode(yours[0]) && mine[1].isEqualNode(yours[1]) && mine[2] === yours[2];
}
