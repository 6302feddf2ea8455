// The page of the made-up people and of the text messages they get.

const row = document.getElementById('person').content.firstElementChild

function showPerson(person, note) {
  const line = row.cloneNode(true)
  line.querySelector('.name').textContent = person.name
  line.querySelector('code').textContent = person.id_number
  line.querySelector('.story').textContent = note
  const button = line.querySelector('button')
  button.setAttribute('aria-label', `复制${person.name}的姓名和证件号码`)
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(`${person.name} ${person.id_number}`)
    button.textContent = '已复制'
  })
  return line
}

function showMessage(message) {
  const item = document.createElement('li')
  const who = document.createElement('span')
  const at = new Date(message.at * 1000).toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai' })
  who.textContent = `${at} 发给${message.name}（${message.phone}）`
  const code = document.createElement('b')
  code.textContent = message.code
  const text = document.createElement('span')
  text.textContent = message.text
  item.append(who, code, text)
  return item
}

let shown = ''

async function refresh() {
  const messages = await (await fetch('sms')).json()
  const now = JSON.stringify(messages)
  if (now === shown) return
  shown = now
  document.getElementById('empty').hidden = messages.length > 0
  document.getElementById('sms').replaceChildren(...messages.slice(0, 8).map(showMessage))
}

const people = await (await fetch('people')).json()
const famous = people.filter((person) => person.story)
const others = people.filter((person) => !person.story)
document.getElementById('famous').replaceChildren(...famous.map((p) => showPerson(p, p.story)))
document.getElementById('others').replaceChildren(...others.map((p) => showPerson(p, p.phone ?? '没有登记')))
document.getElementById('count').textContent = others.length
await refresh()
setInterval(() => { refresh().catch(() => {}) }, 1500)
