using OrleansMarket.Sinks.Tests.Sqlite;
using OrleansMarket.Sinks.TradeLog;
using OrleansMarket.TestKit;
using static OrleansMarket.Sinks.Tests.TradeLog.TestTradeLog;

namespace OrleansMarket.Sinks.Tests.TradeLog;

public sealed class JournalReaderTests : IDisposable
{
    private readonly TemporaryFolder _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>A file is retired as soon as its trades are in the files of their hours, whoever reads it.</summary>
    [Fact]
    public async Task Read_GivesWhatItHasFound_AlthoughItsWriterRetiresTheFileMeanwhile()
    {
        await using var log = Open(_directory.Path);
        await log.AppendAsync(Btc, Trades(0, 10, Hour), default);
        await log.FlushAsync(default);
        await log.AppendAsync(Btc, Trades(10, 10, Hour), default);
        await log.FlushAsync(default);
        var (_, path) = TradeJournal.Find(_directory.File(FileTradeLog.DirectoryName))[^1];

        var (records, end) = JournalReader.Read(path, 0, TestDatabase.Instruments);
        Assert.Equal(end, JournalReader.FindEnd(path));
        File.Delete(path);

        Assert.Equal(20, records.Sum(record => record.Header.Count));
        (records, var same) = JournalReader.Read(path, end, TestDatabase.Instruments);
        Assert.Empty(records);
        Assert.Equal(end, same);
        Assert.Equal(0, JournalReader.FindEnd(path));
    }
}
