// The phones' inboxes, and what shall go wrong with the next call.

const KINDS = {
  down: '平台不可用（503）',
  slow: '回答很慢（20 秒）',
  page: '回答一个网页',
  refuse: '拒绝：超过频率',
  refuse_200: '状态 200，内容是错误',
  signature: '认为签名不对',
  lost: '已发出，但回答丢失',
  forged: '回执的签名是假的',
  twice: '回执送来两次',
}
const STATES = { delivered: '已送达', undelivered: '未送达（关机）', sent: '手机发出', accepted: '已受理' }
const template = document.getElementById('phone').content.firstElementChild
const cards = new Map()

function showText(text) {
  const item = document.createElement('li')
  item.className = text.mine ? 'mine' : ''
  const about = document.createElement('span')
  const at = new Date(text.at * 1000).toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai' })
  about.textContent = `${at} ${STATES[text.state]}`
  const said = document.createElement('p')
  said.textContent = text.text
  item.append(about, said)
  return item
}

function cardOf(phone) {
  let card = cards.get(phone)
  if (card) return card
  card = template.cloneNode(true)
  card.dataset.phone = phone
  card.querySelector('h3').textContent = phone
  const input = card.querySelector('input')
  input.setAttribute('aria-label', `以 ${phone} 的身份回复`)
  card.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault()
    await post('reply', { phone, text: input.value })
    input.value = ''
    await refresh()
  })
  cards.set(phone, card)
  return card
}

function post(address, body) {
  return fetch(address, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  })
}

let shown = ''

async function refresh() {
  const phones = await (await fetch('phones')).json()
  const now = JSON.stringify(phones)
  if (now === shown) return
  shown = now
  document.getElementById('empty').hidden = phones.length > 0
  for (const { phone, texts } of phones) {
    cardOf(phone).querySelector('ol').replaceChildren(...texts.slice(0, 6).map(showText))
  }
  const place = document.getElementById('phones')
  const wanted = phones.slice(0, 12).map(({ phone }) => cardOf(phone))
  // Moving a card takes the focus from what is being written in it.
  if (!place.contains(document.activeElement)) place.replaceChildren(...wanted)
  else for (const card of wanted) if (!card.isConnected) place.append(card)
}

async function showFaults() {
  const { faults } = await (await fetch('faults')).json()
  const items = faults.map((fault) => {
    const item = document.createElement('li')
    item.textContent = KINDS[fault.kind]
    return item
  })
  document.getElementById('ordered').replaceChildren(...items)
}

for (const [kind, name] of Object.entries(KINDS)) {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = name
  button.addEventListener('click', async () => {
    await post('faults', { kind, seconds: kind === 'slow' ? 20 : 0 })
    await showFaults()
  })
  document.getElementById('kinds').append(button)
}
document.getElementById('forget').addEventListener('click', async () => {
  await fetch('faults', { method: 'DELETE' })
  await showFaults()
})

async function look() {
  await Promise.all([refresh(), showFaults()])
}
await look()
setInterval(() => { look().catch(() => {}) }, 1500)
