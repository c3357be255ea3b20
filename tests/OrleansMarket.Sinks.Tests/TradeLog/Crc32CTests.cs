using System.Text;
using OrleansMarket.Sinks.TradeLog;

namespace OrleansMarket.Sinks.Tests.TradeLog;

public sealed class Crc32CTests
{
    [Theory] // Source: RFC 3720, appendix B.4, and the check value of the Rocksoft catalogue.
    [InlineData("313233343536373839", 0xE3069283)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8A9136AA)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0x62A8AB43)]
    [InlineData("", 0)]
    public void Compute_EqualsThePublishedValues(string hex, uint expected) => Assert.Equal(expected, Crc32C.Compute(Convert.FromHexString(hex)));

    [Fact]
    public void Compute_DependsOnEveryBit()
    {
        var bytes = Encoding.ASCII.GetBytes("twenty-one bytes here");
        var sums = new HashSet<uint> { Crc32C.Compute(bytes) };
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(sums.Add(Crc32C.Compute(bytes)));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
