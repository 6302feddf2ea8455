// The tickets of the office's department, its clerks' answers, and what shall go wrong next.

const KINDS = {
  down: '收通知时停机（503）',
  error: '收通知时出错（500）',
  slow: '收通知很慢（20 秒）',
  lost: '收下了，但回答丢失',
  deaf: '调用帮办后没听到回答',
}
const STATUSES = {
  new: '待受理', open: '办理中', pending: '等待市民补充', resolved: '已办结', closed: '已关闭', withdrawn: '已撤销',
}
const template = document.getElementById('ticket').content.firstElementChild
const cards = new Map()

function post(address, body) {
  return fetch(address, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  })
}

function cardOf(id) {
  let card = cards.get(id)
  if (card) return card
  card = template.cloneNode(true)
  card.dataset.ticket = id
  card.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault()
    const said = card.querySelector('.said')
    const box = card.querySelector('textarea')
    const buttons = card.querySelectorAll('button')
    buttons.forEach((each) => { each.disabled = true })
    said.textContent = '正在提交……'
    try {
      const answer = await (await post(`tickets/${id}/${event.submitter.value}`, { text: box.value })).json()
      said.textContent = answer.ok ? '帮办已收到。' : answer.error.message
      if (answer.ok) box.value = ''
    } catch {
      said.textContent = '没有提交成功，请再试一次。'
    }
    buttons.forEach((each) => { each.disabled = false })
    await refresh()
  })
  cards.set(id, card)
  return card
}

function show(ticket) {
  const card = cardOf(ticket.id)
  card.classList.toggle('gone', !ticket.ours)
  card.querySelector('h3').textContent = `${ticket.number}　${ticket.title}`
  const due = ticket.due_at
    ? `　${new Date(ticket.due_at).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })} 前`
    : ''
  const where = ticket.ours ? '' : '　已不在本部门'
  card.querySelector('.about').textContent = `${ticket.type}　${STATUSES[ticket.status] ?? ticket.status}${due}${where}`
  card.querySelector('.description').textContent = [ticket.description, ticket.citizen].filter(Boolean).join('　')
  card.querySelector('ol').replaceChildren(...ticket.lines.map((line) => {
    const item = document.createElement('li')
    item.textContent = line
    return item
  }))
  card.querySelector('form').hidden = !ticket.ours || !['new', 'open', 'pending'].includes(ticket.status)
  return card
}

let shown = ''

async function refresh() {
  const now = await (await fetch('tickets')).json()
  const text = JSON.stringify(now)
  if (text === shown) return
  shown = text
  document.getElementById('department').textContent = now.department || '本部门'
  document.getElementById('empty').hidden = now.tickets.length > 0
  document.getElementById('counts').textContent = `收到 ${now.events} 条，重复 ${now.repeats} 条，签名不对 ${now.refused} 条`
  const place = document.getElementById('tickets')
  const wanted = now.tickets.slice(0, 20).map(show)
  // Moving a card takes the focus from what is being written in it.
  if (!place.contains(document.activeElement)) place.replaceChildren(...wanted)
  else for (const card of wanted) if (!card.isConnected) place.append(card)
}

async function showFaults() {
  const faults = await (await fetch('faults')).json()
  document.getElementById('ordered').replaceChildren(...faults.map((fault) => {
    const item = document.createElement('li')
    item.textContent = KINDS[fault.kind]
    return item
  }))
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
