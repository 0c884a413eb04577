"""The servers that other tests lean on: started for real, broken and brought back."""

import threading
from pathlib import Path

import paho.mqtt.client as mqtt
import psycopg
import pytest
import redis
from paho.mqtt.enums import CallbackAPIVersion

from services import Mosquitto, PostgresCluster, Redis, Service, wait_until


def connected(broker: Mosquitto, name: str, received: list[str] | None = None) -> mqtt.Client:
    """A client of a persistent session; a new one each time, as after a restart of its process."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=False)
    if received is not None:
        client.on_message = lambda _client, _data, message: received.append(
            message.payload.decode()
        )
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    wait_until(client.is_connected, message=f"{name} connected")
    return client


def leave(client: mqtt.Client) -> None:
    client.disconnect()
    client.loop_stop()


def test_a_queue_of_a_persistent_session_survives_a_clean_restart(mosquitto: Mosquitto) -> None:
    reader = connected(mosquitto, "reader")
    subscribed = threading.Event()
    reader.on_subscribe = lambda *_: subscribed.set()
    reader.subscribe("tocsin/#", qos=1)
    assert subscribed.wait(10)
    leave(reader)
    writer = connected(mosquitto, "writer")
    for number in range(200):
        writer.publish("tocsin/facts", str(number), qos=1).wait_for_publish(10)
    leave(writer)

    mosquitto.restart()

    received: list[str] = []
    reader = connected(mosquitto, "reader", received)
    wait_until(lambda: len(received) == 200, message=lambda: f"{len(received)} of 200 messages")
    leave(reader)
    assert received == [str(number) for number in range(200)]


def test_a_killed_broker_comes_back_on_its_port(mosquitto: Mosquitto) -> None:
    port = mosquitto.port
    mosquitto.kill()
    assert not mosquitto.running
    assert not mosquitto.answers()
    mosquitto.start()
    assert mosquitto.answers()
    assert mosquitto.port == port


def test_each_test_has_an_empty_database_of_its_own(
    postgres_cluster: PostgresCluster, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        tables = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchone()
        assert tables == (0,)
    other = postgres_cluster.create_database()
    assert postgres_cluster.url(other) != postgres_url
    postgres_cluster.drop_database(other)


def test_a_killed_database_server_recovers_what_was_committed(
    postgres_cluster: PostgresCluster, postgres_url: str
) -> None:
    address = postgres_url.replace("+psycopg", "")
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE facts (n integer)")
        connection.execute("INSERT INTO facts VALUES (7)")
    postgres_cluster.kill()
    postgres_cluster.start()
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT n FROM facts").fetchall() == [(7,)]


def test_redis_starts_empty_and_comes_back_empty(redis_server: Redis, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")
    redis_server.kill()
    redis_server.start()
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_a_server_that_cannot_start_says_why_from_its_own_log(tmp_path: Path) -> None:
    class Hopeless(Service):
        name = "hopeless"

        def command(self) -> list[str]:
            return ["sh", "-c", "echo no such dish on the menu; exit 3"]

    with pytest.raises(RuntimeError, match="no such dish on the menu"):
        Hopeless(tmp_path).start()
