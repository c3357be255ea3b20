using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Web;

/// <content>The dead letter desk.</content>
public sealed partial class FakeMarket : IDeadLetterDesk
{
    private readonly SortedDictionary<long, DeadLetter> _letters = new(new[]
    {
        Letter(1, DeadLetterReason.Malformed, "expected a JSON object, found the end after 17 bytes", """{"e":"trade","s":"""u8.ToArray(), null),
        Letter(2, DeadLetterReason.BadPrice, "expected a price above 0, found 0", """{"e":"trade","s":"BTCUSDT","t":5,"p":"0","q":"1","T":1768478400000,"m":true}"""u8.ToArray(), "BTCUSDT"),
        Letter(3, DeadLetterReason.UnknownSymbol, "expected a followed symbol, found DOGEUSDT", [0xC3, 0x28, 0x01], null),
    }.ToDictionary(letter => letter.Id));

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetter>> ReadAsync(DeadLetterReason? reason, long? beforeId, int limit, CancellationToken cancellationToken) => Answer<IReadOnlyList<DeadLetter>>(
        () => [.. _letters.Values.Reverse().Where(letter => (reason is null || letter.Reason == reason) && !(letter.Id >= beforeId)).Take(limit)], cancellationToken);

    /// <inheritdoc/>
    public Task<DeadLetter?> FindAsync(long id, CancellationToken cancellationToken) => Answer(() => _letters.GetValueOrDefault(id), cancellationToken);

    /// <inheritdoc/>
    public Task<DeadLetterReplay> ReplayAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) => Answer(
        () =>
        {
            var (accepted, refused) = (0, new Dictionary<long, string>());
            foreach (var id in ids)
            {
                if (!_letters.TryGetValue(id, out var letter))
                {
                    refused[id] = "there is no such letter";
                }
                else if (letter.Reason == DeadLetterReason.Malformed)
                {
                    _letters[id] = letter with { Attempts = letter.Attempts + 1 };
                    refused[id] = letter.Error;
                }
                else
                {
                    _letters.Remove(id);
                    accepted++;
                }
            }

            return new DeadLetterReplay(accepted, 0, refused);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<int> PurgeAsync(DeadLetterReason? reason, CancellationToken cancellationToken) => Answer(
        () => _letters.Values.Where(letter => reason is null || letter.Reason == reason).ToList().Count(letter => _letters.Remove(letter.Id)), cancellationToken);

    private static DeadLetter Letter(long id, DeadLetterReason reason, string error, byte[] payload, string? symbol) => new()
    {
        Id = id,
        ReceivedTimeMicros = Micros.From(Noon.AddMinutes(-id)),
        Reason = reason,
        Error = error,
        Source = "stream.binance.com btcusdt@trade",
        Symbol = symbol,
        Payload = payload,
    };
}
