from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage

COUNTIES = ("norrbotten", "vasterbotten", "jamtland", "vasternorrland")
TOPICS = [f"{county}.shared.actors.v1" for county in COUNTIES]
broker = KafkaBroker("127.0.0.1:19092", allow_auto_create_topics=False)
app = FastStream(broker)
newest: dict[str, tuple[int, int]] = {}


@broker.subscriber(*TOPICS, group_id="police.stream", auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR)
async def receive(actor: dict[str, object], message: KafkaMessage) -> None:
    age = int(message.headers["ce_epoch"]), int(message.headers["ce_aggregateversion"])
    if "Actor" in message.headers["ce_type"] and age > newest.get(message.headers["ce_subject"], (0, 0)):
        newest[message.headers["ce_subject"]] = age
        print(message.headers["ce_type"], actor["name"])
