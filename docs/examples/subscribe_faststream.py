from faststream import FastStream
from faststream.kafka import KafkaBroker

from shared.contracts.actors import Actor
from shared.subscribing import SqliteConnection, SqliteStore, Withdrawn, subscription

COUNTIES = ("norrbotten", "vasterbotten", "jamtland", "vasternorrland")
TOPICS = [f"{county}.shared.actors.v1" for county in COUNTIES]
store = SqliteStore("actors.db")
store.connection.execute(
    "CREATE TABLE IF NOT EXISTS actors (county text, id text, name text, status text, PRIMARY KEY (county, id))"
)


async def keep(actor: Actor | Withdrawn, db: SqliteConnection) -> None:
    if isinstance(actor, Withdrawn):
        db.execute("DELETE FROM actors WHERE county = ? AND id = ?", (actor.county, str(actor.id)))
    else:
        row = (actor.county, str(actor.id), actor.name, actor.status)
        db.execute("INSERT OR REPLACE INTO actors VALUES (?, ?, ?, ?)", row)
        print(type(actor).__name__, actor.name)


broker = KafkaBroker("127.0.0.1:19092", consumer_only=True)
broker.include_router(subscription(keep, store, group="police.stream", topics=TOPICS))
app = FastStream(broker)
