// A test of the mail or the message at hand; and from the message one tap to the page that it links to.
import { ask } from "./asking.js";
import { add } from "./commands.js";
import { desk } from "./desk.js";

const $ = (id) => document.getElementById(id);
async function open(what = "email") {
  const { said } = await ask("/send");
  $("send-to").replaceChildren(
    ...(said.email || []).map((to) => new Option(`E-mail to ${to}`, `email ${to}`)),
    ...(said.sms || []).map((to) => new Option(`SMS to ${to}`, `sms ${to}`)),
  );
  const fits = [...$("send-to").options].find((one) => one.value.startsWith(what));
  if (fits) $("send-to").value = fits.value;
  $("send-go").disabled = !fits;
  $("send-said").textContent = fits ? "" : "Nothing is sent from here: this preview was started without a way to send.";
  $("send").showModal();
}
async function send() {
  const [what, to] = $("send-to").value.split(" ");
  $("send-go").disabled = true;
  $("send-said").textContent = "sending …";
  const { status, said } = await ask("/send", {}, { what, to });
  $("send-go").disabled = false;
  $("send-said").textContent = status === 200 ? "Handed over, marked as a test. " : said.sentence || "It was not sent.";
  if (status === 200 && said.where) {
    const link = $("send-said").appendChild(document.createElement("a"));
    Object.assign(link, { href: said.where, target: "_blank", rel: "noopener", textContent: "Read it there ↗" });
  }
}
$("send-go").onclick = send;
add(
  { title: "Send a test …", group: "Send", key: "n", help: "send a test to a mailbox or a phone", run: () => open() },
  { title: "Send a test message …", group: "Send", run: () => open("sms") },
);
// The link of the message is the page: a tap shows it on the phone.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#sms .bubble u")) return;
  event.stopPropagation();
  desk.view("web_phone");
}, true);
