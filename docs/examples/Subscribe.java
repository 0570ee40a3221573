import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Prints the newest state of each actor, of all counties, as it comes. */
public class Subscribe {
    record Age(long epoch, long version) {
        boolean after(Age other) {
            return epoch > other.epoch || epoch == other.epoch && version > other.version;
        }
    }

    static final ObjectMapper JSON = new ObjectMapper();
    static final Map<String, Age> NEWEST = new HashMap<>();

    public static void main(String[] args) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", "127.0.0.1:19092", "group.id", "police.java", "auto.offset.reset", "earliest");
        List<String> counties = List.of("norrbotten", "vasterbotten", "jamtland", "vasternorrland");
        var bytes = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<byte[], byte[]>(settings, bytes, bytes)) {
            consumer.subscribe(counties.stream().map(county -> county + ".shared.actors.v1").toList());
            ConsumerRecords<byte[], byte[]> records;
            while (!(records = consumer.poll(Duration.ofSeconds(30))).isEmpty()) {
                for (var record : records) {
                    try {
                        take(record);
                    } catch (Exception error) {
                        System.out.println("put aside: " + record.topic() + " " + record.offset() + " " + error.getMessage());
                    }
                }
            }
        }
    }

    static void take(ConsumerRecord<byte[], byte[]> record) throws Exception {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), text(header.value()));
        }
        String type = headers.get("ce_type"), source = headers.get("ce_source");
        if (type == null) {
            throw new IllegalArgumentException("it has no ce_type");
        }
        if (!type.startsWith("se.norrsam.actors.Actor")) {
            return;
        }
        if (!("/counties/" + record.topic().split("\\.")[0] + "/actors").equals(source)) {
            throw new IllegalArgumentException("it is not the county's own");
        }
        String actor = source + " " + headers.get("ce_subject");
        Age age = new Age(Long.parseLong(headers.get("ce_epoch")), Long.parseLong(headers.get("ce_aggregateversion")));
        JsonNode name = JSON.readTree(text(record.value())).get("name");
        if (name == null || !name.isTextual()) {
            throw new IllegalArgumentException("it is no actor");
        }
        if (age.after(NEWEST.getOrDefault(actor, new Age(0, 0)))) {
            NEWEST.put(actor, age);
            System.out.println(type + " " + name.asText());
        }
    }

    static String text(byte[] value) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    }
}
