using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Domain.Tests.Pipeline;

public sealed class DeadLetterReasonTests
{
    /// <summary>Stores keep the number: one that moved would make old letters tell another reason.</summary>
    [Theory]
    [InlineData(0, DeadLetterReason.Malformed)]
    [InlineData(7, DeadLetterReason.TooLate)]
    [InlineData(9, DeadLetterReason.WrongColumns)]
    [InlineData(11, DeadLetterReason.TooFarAhead)]
    public void Number_StaysWhatItWas(byte stored, DeadLetterReason reason) => Assert.Equal(reason, (DeadLetterReason)stored);
}
