import { Kafka, logLevel } from 'kafkajs'

const counties = ['norrbotten', 'vasterbotten', 'jamtland', 'vasternorrland']
const kafka = new Kafka({ brokers: ['127.0.0.1:19092'], logLevel: logLevel.ERROR })
const consumer = kafka.consumer({ groupId: 'police.js', allowAutoTopicCreation: false })
const utf8 = new TextDecoder('utf-8', { fatal: true })
const newest = new Map()
const idle = setTimeout(() => consumer.disconnect(), 10_000)

function number (text) {
  if (!/^\d{1,15}$/.test(text)) throw new Error(`${text} is no number`)
  return Number(text)
}

await consumer.connect()
await consumer.subscribe({ topics: counties.map(county => `${county}.shared.actors.v1`), fromBeginning: true })
await consumer.run({
  eachMessage: async ({ topic, message }) => {
    idle.refresh()
    try {
      const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, utf8.decode(value)]))
      if (!headers.ce_type.startsWith('se.norrsam.actors.Actor')) return
      if (headers.ce_source !== `/counties/${topic.split('.')[0]}/actors`) throw new Error("it is not the county's own")
      const actor = `${headers.ce_source} ${headers.ce_subject}`
      const [epoch, version] = [number(headers.ce_epoch), number(headers.ce_aggregateversion)]
      const { name } = JSON.parse(utf8.decode(message.value))
      const [lastEpoch, lastVersion] = newest.get(actor) ?? [0, 0]
      if (epoch > lastEpoch || (epoch === lastEpoch && version > lastVersion)) {
        newest.set(actor, [epoch, version])
        console.log(headers.ce_type, name)
      }
    } catch (error) {
      console.log('put aside:', topic, message.offset, error.message)
    }
  }
})
