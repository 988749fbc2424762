#!/bin/sh
# Renders a document, sends a file, waits until its batch is done, and fetches the report: Vaxel over HTTP with curl alone.
#   VAXEL_URL=http://127.0.0.1:8090 VAXEL_KEY=vaxel_… sh bill.sh FILE FOLDER
set -eu
file=$1 folder=$2
ask() { curl --silent --show-error --fail-with-body --header "Authorization: Bearer $VAXEL_KEY" "$@"; }
mkdir -p "$folder"

ask --data-binary "@$file" --output "$folder/proof.pdf" "$VAXEL_URL/render?kind=mailbox_pdf"
echo "rendered $folder/proof.pdf"

# The same key for the same file: repeated after a lost answer, it hands nothing over twice.
key=$(sha256sum "$file" | cut -c 1-32)
batch=$(ask --header "Idempotency-Key: $key" --data-binary "@$file" "$VAXEL_URL/send?file=$(basename "$file")" |
    sed 's/.*"batch":"\([^"]*\)".*/\1/')
echo "sent as batch $batch"

tries=0
until ask "$VAXEL_URL/batches/$batch" | grep -q '"state":"done"' || [ $tries -ge "${VAXEL_TRIES:-60}" ]; do
    tries=$((tries + 1))
    sleep 1
done

ask --output "$folder/report.csv" "$VAXEL_URL/batches/$batch/report.csv"
ask --output "$folder/events.json" "$VAXEL_URL/events?after=0"
echo "fetched $folder/report.csv"
