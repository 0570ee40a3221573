// Prints the newest state of each actor, of all counties, as it comes.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type age struct{ epoch, version int64 }

func (a age) after(b age) bool {
	return a.epoch > b.epoch || a.epoch == b.epoch && a.version > b.version
}

func read(record *kgo.Record) (kind, actor string, at age, name string, err error) {
	headers := map[string]string{}
	for _, header := range record.Headers {
		headers[header.Key] = string(header.Value)
	}
	kind = headers["ce_type"]
	if kind == "" {
		return "", "", age{}, "", errors.New("it has no ce_type")
	}
	if !strings.HasPrefix(kind, "se.norrsam.actors.Actor") {
		return "", "", age{}, "", nil
	}
	county, _, _ := strings.Cut(record.Topic, ".")
	if headers["ce_source"] != "/counties/"+county+"/actors" {
		return "", "", age{}, "", errors.New("it is not the county's own")
	}
	if at.epoch, err = strconv.ParseInt(headers["ce_epoch"], 10, 64); err != nil {
		return "", "", age{}, "", err
	}
	if at.version, err = strconv.ParseInt(headers["ce_aggregateversion"], 10, 64); err != nil {
		return "", "", age{}, "", err
	}
	var state struct {
		Name *string `json:"name"`
	}
	if err = json.Unmarshal(record.Value, &state); err != nil || state.Name == nil {
		return "", "", age{}, "", errors.Join(err, errors.New("it is no actor"))
	}
	return kind, headers["ce_source"] + " " + headers["ce_subject"], at, *state.Name, nil
}

func main() {
	var topics []string
	for _, county := range []string{"norrbotten", "vasterbotten", "jamtland", "vasternorrland"} {
		topics = append(topics, county+".shared.actors.v1")
	}
	client, err := kgo.NewClient(kgo.SeedBrokers("127.0.0.1:19092"), kgo.ConsumerGroup("police.go"), kgo.ConsumeTopics(topics...),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		panic(err)
	}
	defer client.Close()
	newest := map[string]age{}
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		fetches := client.PollFetches(ctx)
		cancel()
		if fetches.NumRecords() == 0 {
			return
		}
		fetches.EachRecord(func(record *kgo.Record) {
			kind, actor, at, name, err := read(record)
			switch {
			case err != nil:
				fmt.Println("put aside:", record.Topic, record.Offset, err)
			case kind != "" && at.after(newest[actor]):
				newest[actor] = at
				fmt.Println(kind, name)
			}
		})
	}
}
