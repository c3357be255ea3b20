using OrleansMarket.Web.Health;

namespace OrleansMarket.Web.Tests.Health;

public sealed class OwnUrlTests
{
    [Theory]
    [InlineData(null, "http://localhost:8080/")]
    [InlineData("", "http://localhost:8080/")]
    [InlineData("http://+:8080", "http://localhost:8080/")]
    [InlineData("http://*:9000", "http://localhost:9000/")]
    [InlineData("http://0.0.0.0:9000", "http://localhost:9000/")]
    [InlineData("http://[::]:9000", "http://localhost:9000/")]
    [InlineData("http://127.0.0.1:18081; http://+:9000", "http://127.0.0.1:18081/")]
    [InlineData("nowhere", "http://localhost:8080/")]
    public void Of_IsWhereTheHostCanBeAsked(string? urls, string expected) => Assert.Equal(expected, OwnUrl.Of(urls).AbsoluteUri);
}
