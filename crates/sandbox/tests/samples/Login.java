// SMSAfzar's document shows this login.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public class Login {
    public static void main(String[] arguments) throws Exception {
        String apiBaseUrl = System.getenv("SANDBOX_URL");
        String account =
            "{\"userName\": \"sandbox-afzar\", \"password\": \"sandbox-afzar-password\", \"domain\": \"sms.smsafzar\"}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(apiBaseUrl + "/auth/token"))
            .header("Content-Type", "application/json")
            .header("Cache-Control", "no-cache")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(account))
            .build();
        HttpResponse<String> response =
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(response.body());
        System.exit(response.statusCode() == 200 && response.body().contains("\"token\":") ? 0 : 1);
    }
}
