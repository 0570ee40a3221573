import json

from confluent_kafka import Consumer

COUNTIES = ("norrbotten", "vasterbotten", "jamtland", "vasternorrland")
consumer = Consumer(
    {"bootstrap.servers": "127.0.0.1:19092", "group.id": "police.demo", "auto.offset.reset": "earliest"}
)
consumer.subscribe([f"{county}.shared.actors.v1" for county in COUNTIES])
newest: dict[str, tuple[int, int]] = {}
while (message := consumer.poll(10)) is not None:
    headers = {name: value.decode() for name, value in message.headers() or []}
    if not headers.get("ce_type", "").startswith("se.norrsam.actors.Actor"):
        continue
    age = (int(headers["ce_epoch"]), int(headers["ce_aggregateversion"]))
    if age > newest.get(headers["ce_subject"], (0, 0)):
        newest[headers["ce_subject"]] = age
        print(headers["ce_type"], json.loads(message.value())["name"])
