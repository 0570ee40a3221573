import json

from confluent_kafka import Consumer

COUNTIES = ("norrbotten", "vasterbotten", "jamtland", "vasternorrland")
consumer = Consumer(
    {"bootstrap.servers": "127.0.0.1:19092", "group.id": "police.signals", "auto.offset.reset": "earliest"}
)
consumer.subscribe([f"{county}.shared.shipment-signals.v1" for county in COUNTIES])
newest: dict[tuple[str, str], tuple[int, int]] = {}
while (message := consumer.poll(10)) is not None:
    try:
        headers = {name: value.decode() for name, value in message.headers() or []}
        if not headers["ce_type"].startswith("se.norrsam.shipment-signals.ShipmentSignal"):
            continue
        if headers["ce_source"] != f"/counties/{message.topic().split('.')[0]}/shipment-signals":
            print("put aside:", message.topic(), message.offset(), "it is not the county's own")
            continue
        signal = headers["ce_source"], headers["ce_subject"]
        age = (int(headers["ce_epoch"]), int(headers["ce_aggregateversion"]))
        said = json.loads(message.value())
    except (KeyError, TypeError, ValueError) as error:
        print("put aside:", message.topic(), message.offset(), repr(error))
        continue
    if age <= newest.get(signal, (0, 0)):
        continue  # a withdrawn signal does not come back, however late its release arrives
    newest[signal] = age
    if said["tlp"] in ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT") and not said["exercise"]:
        place = said["municipality"] or said["police_area"] or said["county"]
        print(said["status"], f"{said['iso_week_year']}-W{said['iso_week']:02}", place, said["category"])
