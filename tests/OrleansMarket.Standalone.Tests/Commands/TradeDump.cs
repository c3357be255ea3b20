using System.Globalization;
using System.Text;
using OrleansMarket.TestKit;

namespace OrleansMarket.Standalone.Tests.Commands;

/// <summary>
/// A made day of trades around midnight, and the klines that follow from it, worked out with plain decimals: the oracle of the commands.
/// </summary>
public sealed class TradeDump : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TradeDump(int count = 5_000, int stepMs = 171, long startMs = 1_704_067_200_000, int seed = 5)
    {
        var random = new Random(seed);
        var price = 40_000.00m;
        for (var i = 0; i < count; i++)
        {
            price += random.Next(-300, 301) / 100m;
            var quantity = random.Next(1, 200_000) / 100_000m;
            Trades.Add(new Row(1_000 + i, price, quantity, startMs + ((long)i * stepMs), random.Next(2) == 0));
        }
    }

    public List<Row> Trades { get; } = [];

    public string At(string name) => _folder.File(name);

    public string WriteTrades(string name = "BTCUSDT-trades-2024-01-01.csv", Func<Row, bool>? keep = null, string? append = null, bool microseconds = false)
    {
        var text = new StringBuilder();
        foreach (var t in Trades.Where(keep ?? (_ => true)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{t.Id},{t.Price:F8},{t.Quantity:F8},{t.Price * t.Quantity:F8},{(microseconds ? t.TimeMs * 1_000 : t.TimeMs)},{t.BuyerIsMaker},True\n");
        }

        File.WriteAllText(At(name), text + append);
        return At(name);
    }

    /// <summary>The klines of every window that has trades, oldest first, with the first and last one (which may be cut by the edges).</summary>
    public List<string> Klines(int minutes)
    {
        var length = minutes * 60_000L;
        return [.. Trades.GroupBy(trade => trade.TimeMs / length * length).OrderBy(window => window.Key).Select(window =>
        {
            var trades = window.OrderBy(trade => trade.Id).ToList();
            return string.Create(CultureInfo.InvariantCulture,
                $"{window.Key},{trades[0].Price:F8},{trades.Max(t => t.Price):F8},{trades.Min(t => t.Price):F8},{trades[^1].Price:F8},{trades.Sum(t => t.Quantity):F8},{window.Key + length - 1},{trades.Sum(t => t.Price * t.Quantity):F8},{trades.Count},{trades.Where(t => !t.BuyerIsMaker).Sum(t => t.Quantity):F8},{trades.Where(t => !t.BuyerIsMaker).Sum(t => t.Price * t.Quantity):F8},0");
        })];
    }

    public string WriteKlines(string name, IEnumerable<string> rows)
    {
        File.WriteAllText(At(name), string.Join('\n', rows) + "\n");
        return At(name);
    }

    public void Dispose() => _folder.Dispose();

    public sealed record Row(long Id, decimal Price, decimal Quantity, long TimeMs, bool BuyerIsMaker);
}
