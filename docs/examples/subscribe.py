import json

from confluent_kafka import Consumer

COUNTIES = ("norrbotten", "vasterbotten", "jamtland", "vasternorrland")
consumer = Consumer(
    {"bootstrap.servers": "127.0.0.1:19092", "group.id": "police.demo", "auto.offset.reset": "earliest"}
)
consumer.subscribe([f"{county}.shared.actors.v1" for county in COUNTIES])
newest: dict[tuple[str, str], tuple[int, int]] = {}
while (message := consumer.poll(10)) is not None:
    try:
        headers = {name: value.decode() for name, value in message.headers() or []}
        if not headers["ce_type"].startswith("se.norrsam.actors.Actor"):
            continue
        if headers["ce_source"] != f"/counties/{message.topic().split('.')[0]}/actors":
            print("put aside:", message.topic(), message.offset(), "it is not the county's own")
            continue
        actor = headers["ce_source"], headers["ce_subject"]
        age = (int(headers["ce_epoch"]), int(headers["ce_aggregateversion"]))
        name = json.loads(message.value())["name"]
    except (KeyError, TypeError, ValueError) as error:
        print("put aside:", message.topic(), message.offset(), repr(error))
        continue
    if age > newest.get(actor, (0, 0)):
        newest[actor] = age
        print(headers["ce_type"], name)
