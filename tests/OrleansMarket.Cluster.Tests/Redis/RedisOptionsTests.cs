using OrleansMarket.Domain;
using OrleansMarket.Silo.Redis;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Redis;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Redis;

public sealed class RedisOptionsTests
{
    private const string Patience = "connectTimeout=60000,syncTimeout=60000,asyncTimeout=60000";

    [Fact]
    public void ToClient_TakesPasswordUserAndTlsFromTheirOwnSettings()
    {
        var client = new RedisOptions { Redis = "cache.example:6380", RedisUser = "market", RedisPassword = "secret", RedisTls = true }.ToClient();

        (client.User, client.Password, client.Ssl).ShouldBe(("market", "secret", true));
    }

    [Fact]
    public void ToClient_KeepsWhatTheConnectionStringSays()
    {
        var client = new RedisOptions { Redis = "cache.example:6380,password=secret,ssl=true" }.ToClient();

        (client.Password, client.Ssl).ShouldBe(("secret", true));
    }

    [Theory]
    [InlineData("cache.example:6380,password=hunter2,nonsense=1")]
    [InlineData(",password=hunter2")]
    public void ToClient_NamesTheSettingAndNoSecret(string text)
    {
        var wrong = Should.Throw<CorrectableException>(() => new RedisOptions { Redis = text }.ToClient());

        wrong.Message.ShouldStartWith("Cluster:Redis: expected");
        wrong.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task ConnectAsync_SaysInOneLineThatNobodyAnswers()
    {
        var port = FreePort.Next();

        var wrong = await Should.ThrowAsync<CorrectableException>(() => new RedisOptions { Redis = $"127.0.0.1:{port},connectTimeout=300" }.ConnectAsync());

        wrong.Message.ShouldBe($"Cluster:Redis: expected a Redis server at 127.0.0.1:{port}, found none that answers");
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task ConnectAsync_SpeaksTlsWithAServerWhoseAuthorityIsGiven()
    {
        using var certificates = new RedisCertificates();
        await using var server = await RedisServer.StartAsync("everysec", "correct-horse", certificates);
        var options = new RedisOptions { Redis = $"{server.Address},{Patience}", RedisPassword = "correct-horse", RedisTls = true, RedisAuthorityFile = certificates.AuthorityFile };

        await using (var connection = await options.ConnectAsync())
        {
            await connection.GetDatabase().StringSetAsync("over", "tls");
            ((string?)await connection.GetDatabase().StringGetAsync("over")).ShouldBe("tls");
        }

        // Neither an authority that nobody knows nor plain text is let through, and a password still counts.
        using var others = new RedisCertificates();
        foreach (var wrong in (RedisOptions[])
        [
            new() { Redis = $"{server.Address},connectTimeout=3000", RedisPassword = "correct-horse", RedisTls = true },
            new() { Redis = $"{server.Address},connectTimeout=3000", RedisPassword = "correct-horse", RedisTls = true, RedisAuthorityFile = others.AuthorityFile },
            new() { Redis = $"{server.Address},connectTimeout=3000", RedisPassword = "correct-horse" },
            new() { Redis = $"{server.Address},connectTimeout=20000", RedisPassword = "wrong-horse", RedisTls = true, RedisAuthorityFile = certificates.AuthorityFile },
        ])
        {
            var refused = await Should.ThrowAsync<CorrectableException>(() => wrong.ConnectAsync());
            refused.Message.ShouldStartWith("Cluster:Redis: expected");
            refused.Message.ShouldNotContain("horse");
        }
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task ConnectAsync_NeedsTheServersPassword()
    {
        await using var server = await RedisServer.StartAsync("everysec", "correct-horse");

        await using (await new RedisOptions { Redis = $"{server.Address},{Patience}", RedisPassword = "correct-horse" }.ConnectAsync())
        {
        }

        foreach (var password in (string[])["", "wrong-horse"])
        {
            var wrong = await Should.ThrowAsync<CorrectableException>(() => new RedisOptions { Redis = $"{server.Address},connectTimeout=20000", RedisPassword = password }.ConnectAsync());
            wrong.Message.ShouldContain("Cluster:RedisPassword");
            wrong.Message.ShouldNotContain("horse");
        }
    }
}
